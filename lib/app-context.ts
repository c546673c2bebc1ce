import type { SignInSettings } from "./accounts/sign-in-settings";
import type { TaggedCache } from "./accounts/tagged-cache";
import type { Clock } from "./clock";
import type { Env } from "./config/env";
import type { CrashPoint } from "./crash-points";
import type { Db } from "./db/client";
import type { CdnPurger } from "./files/cdn-purger";
import type { Decoders } from "./inspect/decoder-pool";
import type { MailSettings } from "./mail/settings";
import type { Log } from "./observability/log";
import type { Storages } from "./storage/storage";

/** What the functions of `lib` work with. The caller builds it: the app, a script or a test. */
export type AppContext = {
  db: Db;
  storages: Storages;
  clock: Clock;
  limits: Limits;
  /** The organisation's time zone, for calendar days: "Europe/London". */
  timeZone: string;
  log: Log;
  /** The key of the audit trail. It is not in the database. */
  trailKey: Uint8Array;
  /** The processes that open members' files. */
  decoders: Decoders;
  /** Whether accounts count as verified: on a loopback `APP_URL` without a mail server. */
  trustsUnverifiedAccounts?: boolean;
  /** Whether strangers may sign up. If not, people are invited. */
  opensSignUp?: boolean;
  /** Whether a new person has to prove the address before the first sign-in. */
  verifiesAddresses?: boolean;
  /** How mails are sent, and the URL for their links. Without it they wait in the outbox. */
  mail?: MailSettings;
  /** How people sign in, and who needs a second factor. */
  signIn?: SignInSettings;
  /** The CDN before the public storage; its copies of deleted objects are purged. */
  cdnPurger?: CdnPurger;
  /** Share cards of public profiles, tagged with the member's id. Without it no card is cached. */
  profileCards?: TaggedCache<Buffer>;
  /** Continues work after the response is sent. Without it every response waits for its work. */
  runInBackground?: (work: Promise<unknown>) => void;
  /** Runs at each crash point. Crash tests end the process there. */
  onCrashPoint?: (point: CrashPoint) => Promise<void>;
};

/** Durations in seconds, sizes in bytes. */
export type Limits = {
  quotaBytes: number;
  openUploads: number;
  uploadTtl: number;
  /** Of a multipart ticket. */
  multipartTtl: number;
  /** Of the signed URL of one part. */
  partUrlTtl: number;
  readUrlTtl: number;
  claimTtl: number;
  undoTtl: number;
  sweepGrace: number;
  /** How long backups are kept. Days. */
  backupDays: number;
};

export function limitsFromEnv(env: Env): Limits {
  return {
    quotaBytes: env.QUOTA_BYTES,
    openUploads: env.QUOTA_OPEN_UPLOADS,
    uploadTtl: env.UPLOAD_TTL,
    multipartTtl: env.MULTIPART_TTL,
    partUrlTtl: env.PART_URL_TTL,
    readUrlTtl: env.READ_URL_TTL,
    claimTtl: env.CLAIM_TTL,
    undoTtl: env.UNDO_TTL,
    sweepGrace: env.SWEEP_GRACE,
    backupDays: env.BACKUP_DAYS,
  };
}

export function secondsFromNow(clock: Clock, seconds: number): Date {
  return new Date(clock.now().getTime() + seconds * 1000);
}
