import { describe, expect, it } from "vitest";
import { SendingRoom, waitForRoom } from "../../activities/sendingRoom.ts";

const room = () => new SendingRoom({ perChannel: 2, perOrganization: 3, mails: 2, total: 5 });

describe("the room for requests under way", () => {
  it("turns a channel away that has its share, and nobody else", () => {
    const places = room();
    expect(places.enter("A", "a1")).not.toBeNull();
    expect(places.enter("A", "a1")).not.toBeNull();
    expect(places.enter("A", "a1")).toBeNull();
    expect(places.enter("A", "a2")).not.toBeNull();
  });

  it("turns an organization away that has its share, on whatever channel", () => {
    const places = room();
    for (const channel of ["a1", "a1", "a2"]) expect(places.enter("A", channel)).not.toBeNull();
    expect(places.enter("A", "a3")).toBeNull();
    expect(places.enter("B", "b1")).not.toBeNull();
  });

  it("turns everybody away while the process has its share", () => {
    const places = room();
    for (const organization of ["A", "B", "C", "D", "E"])
      expect(places.enter(organization, organization)).not.toBeNull();
    expect(places.enter("F", "F")).toBeNull();
  });

  it("lets the next in for each that left", () => {
    const places = room();
    const leave = places.enter("A", "a1")!;
    places.enter("A", "a1");
    expect(places.enter("A", "a1")).toBeNull();
    leave();
    expect(places.enter("A", "a1")).not.toBeNull();
    expect(places.enter("A", "a1")).toBeNull();
  });

  it("turns mail away that would wait for a connection, whoever sends it, and nothing else", () => {
    const places = room();
    const leave = places.enter("A", "a1", "email")!;
    expect(places.enter("B", "b1", "email")).not.toBeNull();
    expect(places.enter("C", "c1", "email")).toBeNull();
    expect(places.enter("C", "c2", "webhook")).not.toBeNull();
    leave();
    expect(places.enter("C", "c1", "email")).not.toBeNull();
  });

  it("takes nothing from those that it turns away", () => {
    const places = room();
    for (const channel of ["a1", "a1"]) places.enter("A", channel);
    for (let times = 0; times < 9; times++) places.enter("A", "a1");
    expect(places.enter("A", "a2")).not.toBeNull();
  });
});

describe("the wait of those turned away", () => {
  it.each([
    { attempt: 1, least: 100, most: 300 },
    { attempt: 2, least: 200, most: 600 },
    { attempt: 5, least: 1_600, most: 4_800 },
    { attempt: 60, least: 10_000, most: 30_000 },
  ])("is $least to $most ms the $attempt. time", ({ attempt, least, most }) => {
    expect(waitForRoom(attempt, () => 0)).toBe(least);
    expect(waitForRoom(attempt, () => 1)).toBe(most);
  });
});
