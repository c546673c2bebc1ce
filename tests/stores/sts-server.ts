import { createServer } from "node:http";
import { text } from "node:stream/consumers";
import { portOf } from "./local-storage-server";

export type StsServer = {
  url: string;
  /** What was asked, in order. */
  requests: URLSearchParams[];
  /** Instead of keys. */
  refuse(status: number, body: string): void;
  close(): Promise<void>;
};

/** A place on loopback that gives temporary keys to whoever asks as `AssumeRoleWithWebIdentity` does, a new name each time, good for `seconds`. */
export async function startStsServer(now: () => Date, seconds: number): Promise<StsServer> {
  const asked: URLSearchParams[] = [];
  let refusal: { status: number; body: string } | undefined;
  const server = createServer(async (request, response) => {
    asked.push(new URLSearchParams(await text(request)));
    const end = new Date(now().getTime() + seconds * 1000).toISOString();
    response.writeHead(refusal?.status ?? 200, { "content-type": "text/xml" });
    response.end(refusal?.body ?? formatCredentials(`ASIA${asked.length}`, end));
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    url: `http://127.0.0.1:${portOf(server)}/`,
    requests: asked,
    refuse(status, body) {
      refusal = { status, body };
    },
    close: () => new Promise((resolve) => server.close(() => resolve())),
  };
}

function formatCredentials(id: string, end: string): string {
  return `<AssumeRoleWithWebIdentityResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/">
  <AssumeRoleWithWebIdentityResult>
    <Audience>https://vercel.com/somebody</Audience>
    <AssumedRoleUser><AssumedRoleId>AROA:dossier</AssumedRoleId><Arn>arn:aws:sts::123456789012:assumed-role/dossier/dossier</Arn></AssumedRoleUser>
    <Credentials>
      <AccessKeyId>${id}</AccessKeyId>
      <SecretAccessKey>secret+of/${id}</SecretAccessKey>
      <SessionToken>token+of/${id}==</SessionToken>
      <Expiration>${end}</Expiration>
    </Credentials>
  </AssumeRoleWithWebIdentityResult>
</AssumeRoleWithWebIdentityResponse>`;
}
