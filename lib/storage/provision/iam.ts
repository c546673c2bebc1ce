type Statement = { Sid: string; Effect: "Allow"; Action: string[]; Resource: string[] };
export type IamPolicy = { Version: "2012-10-17"; Statement: Statement[] };

export type Names = {
  public: string;
  private: string;
  partition: string;
  static?: string | undefined;
  /** Where that of the static bucket is another. */
  staticPartition?: string | undefined;
};

/** What each role needs and no more. The two have no bucket in common: who publishes static files reaches no member's, and the other way round. */
export function iamPolicies(names: Names): { application: IamPolicy; "static publisher"?: IamPolicy } {
  const media = [names.public, names.private];
  const application = policyOf(names.partition, media, {
    objects: [
      "s3:GetObject",
      "s3:PutObject",
      "s3:DeleteObject",
      "s3:AbortMultipartUpload",
      "s3:ListMultipartUploadParts",
    ],
    // From the third on they are for the doctor, which otherwise says that it could not look.
    bucket: [
      "s3:ListBucket",
      "s3:ListBucketMultipartUploads",
      "s3:ListBucketVersions",
      "s3:GetLifecycleConfiguration",
      "s3:GetBucketVersioning",
    ],
  });
  if (!names.static) return { application };
  const publisher = policyOf(names.staticPartition ?? names.partition, [names.static], {
    objects: ["s3:GetObject", "s3:PutObject", "s3:DeleteObject", "s3:AbortMultipartUpload"],
    bucket: ["s3:ListBucket"],
  });
  return { application, "static publisher": publisher };
}

function policyOf(
  partition: string,
  buckets: string[],
  actions: { objects: string[]; bucket: string[] },
): IamPolicy {
  const arns = buckets.map((bucket) => `arn:${partition}:s3:::${bucket}`);
  return {
    Version: "2012-10-17",
    Statement: [
      { Sid: "Objects", Effect: "Allow", Action: actions.objects, Resource: arns.map((arn) => `${arn}/*`) },
      { Sid: "Buckets", Effect: "Allow", Action: actions.bucket, Resource: arns },
    ],
  };
}
