import type { AddressInfo } from "node:net";
import PostalMime, { type Email } from "postal-mime";
import { SMTPServer, type SMTPServerAddress, type SMTPServerDataStream, type SMTPServerSession } from "smtp-server";

export interface ReceivedMail {
  /** The envelope's recipients. */
  to: string[];
  mail: Email;
  raw: string;
}

/** What the server says to a recipient: an SMTP code, or nothing at all. */
export type MailAnswer = number | "never";

/** A mail server on this machine. Each address is answered by its list in turn, the last for ever; 250 without a list. */
export async function startMailServer() {
  const received: ReceivedMail[] = [];
  const answers = new Map<string, MailAnswer[]>();
  let asked = 0;
  const server = new SMTPServer({
    authOptional: true,
    disabledCommands: ["STARTTLS", "AUTH"],
    closeTimeout: 100,
    onRcptTo(address: SMTPServerAddress, _session: SMTPServerSession, callback: (error?: Error | null) => void) {
      asked += 1;
      const list = answers.get(address.address) ?? [];
      const answer = (list.length > 1 ? list.shift() : list[0]) ?? 250;
      if (answer === "never") return;
      callback(answer === 250 ? null : Object.assign(new Error("says the test"), { responseCode: answer }));
    },
    onData(stream: SMTPServerDataStream, session: SMTPServerSession, callback: (error?: Error | null) => void) {
      const chunks: Buffer[] = [];
      stream.on("data", (chunk: Buffer) => chunks.push(chunk));
      stream.on("end", async () => {
        const raw = Buffer.concat(chunks).toString("utf8");
        const to = session.envelope.rcptTo.map(({ address }) => address);
        received.push({ to, raw, mail: await PostalMime.parse(raw) });
        callback(null);
      });
    },
  });
  server.on("error", () => {
    // A client that gives up in the middle closes its connection.
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.server.address() as AddressInfo;
  return {
    url: `smtp://127.0.0.1:${port}`,
    answer: (address: string, ...list: MailAnswer[]) => void answers.set(address, list),
    received: (address: string) => received.filter(({ to }) => to.includes(address)),
    /** How many recipients it was asked to take. */
    asked: () => asked,
    stop: () => new Promise<void>((resolve) => server.close(() => resolve())),
  };
}

export type MailServer = Awaited<ReturnType<typeof startMailServer>>;
