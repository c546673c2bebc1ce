type Statement = { Sid: string; Effect: "Allow"; Action: string[]; Resource: string[] };
export type IamPolicy = { Version: "2012-10-17"; Statement: Statement[] };

export type BucketNames = {
  public: string;
  private: string;
  partition: string;
  static?: string | undefined;
  /** If the static bucket is in another partition. */
  staticPartition?: string | undefined;
};

/**
 * The doctor's policy lets the application's credentials also read the remaining settings of AWS.
 */
export type Policies = { application: IamPolicy; doctor: IamPolicy; "static publisher"?: IamPolicy };

/**
 * Returns the least privileges of each role. The application and the publisher share no bucket.
 */
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
    // Ceph 16 requires DeleteObject on the bucket for bulk deletes; AWS only on the objects.
    // The doctor needs the actions from ListBucketVersions on.
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
  // A separate policy: a store without these settings (Ceph 16) rejects a policy that names them.
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
