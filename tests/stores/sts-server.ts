import { createServer } from "node:http";
import { text } from "node:stream/consumers";
import { portOf } from "./local-storage-server";

export type StsServer = {
  url: string;
  /** Parameters of the received requests, in order. */
  requests: URLSearchParams[];
  /** Sends this response from now on, instead of credentials. */
  refuse(status: number, body: string): void;
  close(): Promise<void>;
};

/**
 * Starts a token service on loopback. It answers every `AssumeRoleWithWebIdentity` with new
 * temporary credentials that are valid for `seconds`.
 */
export async function startStsServer(now: () => Date, seconds: number): Promise<StsServer> {
  const requests: URLSearchParams[] = [];
  let errorResponse: { status: number; body: string } | undefined;
  const server = createServer(async (request, response) => {
    requests.push(new URLSearchParams(await text(request)));
    const expiration = new Date(now().getTime() + seconds * 1000).toISOString();
    response.writeHead(errorResponse?.status ?? 200, { "content-type": "text/xml" });
    response.end(errorResponse?.body ?? formatCredentials(`ASIA${requests.length}`, expiration));
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    url: `http://127.0.0.1:${portOf(server)}/`,
    requests,
    refuse(status, body) {
      errorResponse = { status, body };
    },
    close: () => new Promise((resolve) => server.close(() => resolve())),
  };
}

function formatCredentials(id: string, expiration: string): string {
  return `<AssumeRoleWithWebIdentityResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/">
  <AssumeRoleWithWebIdentityResult>
    <Audience>https://vercel.com/team</Audience>
    <AssumedRoleUser><AssumedRoleId>AROA:dossier</AssumedRoleId><Arn>arn:aws:sts::123456789012:assumed-role/dossier/dossier</Arn></AssumedRoleUser>
    <Credentials>
      <AccessKeyId>${id}</AccessKeyId>
      <SecretAccessKey>secret+of/${id}</SecretAccessKey>
      <SessionToken>token+of/${id}==</SessionToken>
      <Expiration>${expiration}</Expiration>
    </Credentials>
  </AssumeRoleWithWebIdentityResult>
</AssumeRoleWithWebIdentityResponse>`;
}
