import { named, organizationAnswer } from "./answers.ts";
import { ApiError, Client, type Credentials } from "./client.ts";
import { DemoError } from "./errors.ts";

const NAME = "Demo company";

export interface DemoOrganization {
  client: Client;
  credentials: Credentials;
  /** What to tell the reader. */
  description: string;
}

type OnLimited = ConstructorParameters<typeof Client>[2];

/** A new organization by the root key: every run of the demo starts afresh, and leaves earlier ones as they are. */
export async function createOrganization(
  base: string,
  root: Credentials,
  owner: { email: string; name: string },
  onLimited: OnLimited,
): Promise<DemoOrganization> {
  const body = {
    name: NAME,
    timeZone: "Europe/Paris",
    currency: "EUR",
    owner: { email: owner.email, name: owner.name },
  };
  const created = await new Client(base, root, onLimited)
    .send("POST", "/admin/organizations", body, organizationAnswer)
    .catch((error) => {
      throw refused(error, "The root key was refused. Is it that of this Tripline? Give --root-key and --root-secret.");
    });
  const credentials = { key: created.apiKey.key, secret: created.apiKey.secret };
  return {
    client: new Client(base, credentials, onLimited),
    credentials,
    description: `${created.name} (${created.id}), made for this run by the root key`,
  };
}

/** The organization of a given admin key. It must not hold the sample company yet, or its story would not start at the beginning. */
export async function openOrganization(base: string, credentials: Credentials, onLimited: OnLimited) {
  const client = new Client(base, credentials, onLimited);
  const hasCompany = await client.get("/v1/customers/external:C-0001", named).then(
    () => true,
    (error) => {
      if (error instanceof ApiError && error.status === 404) return false;
      throw refused(error, "The key was refused. Give --key and --secret of an admin key.");
    },
  );
  if (hasCompany) {
    throw new DemoError(
      "This organization already holds the sample company. Run the demo without --key: it then makes a fresh organization.",
    );
  }
  return { client, credentials, description: "The organization of the given key" };
}

function refused(error: unknown, message: string): unknown {
  return error instanceof ApiError && (error.status === 401 || error.status === 403) ? new DemoError(message) : error;
}
