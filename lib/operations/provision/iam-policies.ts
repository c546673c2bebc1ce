type Statement = { Sid: string; Effect: "Allow"; Action: string[]; Resource: string[] };
export type IamPolicy = { Version: "2012-10-17"; Statement: Statement[] };

export type BucketNames = {
  public: string;
  private: string;
  partition: string;
  static?: string | undefined;
  /** Where that of the static bucket is another. */
  staticPartition?: string | undefined;
};

/** The doctor's is what the application's keys need besides, where it is to see every setting of a store that has them all. */
export type Policies = { application: IamPolicy; doctor: IamPolicy; "static publisher"?: IamPolicy };

/** What each role needs and no more. The two have no bucket in common: who publishes static files reaches no member's, and the other way round. */
export function createIamPolicies(names: BucketNames): Policies {
  const media = [names.public, names.private];
  const application = createPolicy(names.partition, media, {
    objects: [
      "s3:GetObject",
      "s3:PutObject",
      "s3:DeleteObject",
      "s3:AbortMultipartUpload",
      "s3:ListMultipartUploadParts",
    ],
    // Of the bucket itself Ceph 16 asks for the right to destroy many at once; AWS has it on objects alone. From ListBucketVersions on they are for the
    // doctor, which otherwise says that it could not look.
    bucket: [
      "s3:DeleteObject",
      "s3:ListBucket",
      "s3:ListBucketMultipartUploads",
      "s3:ListBucketVersions",
      "s3:GetLifecycleConfiguration",
      "s3:GetBucketVersioning",
      "s3:GetBucketPublicAccessBlock",
      "s3:GetBucketLogging",
    ],
  });
  // Apart, for a store that knows no such settings (Ceph 16) refuses a policy that speaks of them.
  const doctor = createPolicy(names.partition, media, {
    bucket: ["s3:GetBucketOwnershipControls", "s3:GetEncryptionConfiguration"],
  });
  if (!names.static) return { application, doctor };
  const publisher = createPolicy(names.staticPartition ?? names.partition, [names.static], {
    objects: ["s3:GetObject", "s3:PutObject", "s3:DeleteObject", "s3:AbortMultipartUpload"],
    bucket: ["s3:ListBucket"],
  });
  return { application, doctor, "static publisher": publisher };
}

function allowStatement(Sid: string, Action: string[], Resource: string[]): Statement {
  return { Sid, Effect: "Allow", Action, Resource };
}

function createPolicy(
  partition: string,
  buckets: string[],
  actions: { objects?: string[]; bucket: string[] },
): IamPolicy {
  const arns = buckets.map((bucket) => `arn:${partition}:s3:::${bucket}`);
  return {
    Version: "2012-10-17",
    Statement: [
      ...(actions.objects
        ? [
            allowStatement(
              "Objects",
              actions.objects,
              arns.map((arn) => `${arn}/*`),
            ),
          ]
        : []),
      allowStatement("Buckets", actions.bucket, arns),
    ],
  };
}
