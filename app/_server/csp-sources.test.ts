import { describe, expect, it } from "vitest";
import { cspSourcesOf } from "./csp-sources";

const s3 = {
  STORAGE: "s3" as const,
  STORAGE_PUBLIC_BUCKET: "faces",
  STORAGE_PRIVATE_BUCKET: "papers",
  S3_REGION: "eu-west-2",
  S3_FORCE_PATH_STYLE: false,
};

describe("where the browser may go for bytes", () => {
  it("is nowhere else with local storage, save a media host that is named", () => {
    const local = { ...s3, STORAGE: "local" as const };
    expect(cspSourcesOf(local)).toEqual({ images: [], uploads: [], assets: [] });
    expect(cspSourcesOf({ ...local, MEDIA_URL: "https://media.example.org" }).images).toEqual([
      "https://media.example.org/",
    ]);
  });

  it("is our two buckets on AWS, and uploads go to the private one only", () => {
    expect(cspSourcesOf(s3)).toEqual({
      images: ["https://faces.s3.eu-west-2.amazonaws.com/", "https://papers.s3.eu-west-2.amazonaws.com/"],
      uploads: ["https://papers.s3.eu-west-2.amazonaws.com/"],
      assets: [],
    });
  });

  it("is the bucket's own path on a store with path-style addresses, at the endpoint for browsers", () => {
    const store = {
      ...s3,
      S3_FORCE_PATH_STYLE: true,
      S3_ENDPOINT: "http://rgw.internal:8000",
      S3_BROWSER_ENDPOINT: "https://files.example.org",
    };
    expect(cspSourcesOf(store).uploads).toEqual(["https://files.example.org/papers/"]);
  });

  it("leaves the public bucket closed where a media host stands before it", () => {
    const { images } = cspSourcesOf({ ...s3, MEDIA_URL: "https://media.example.org" });
    expect(images).toEqual(["https://media.example.org/", "https://papers.s3.eu-west-2.amazonaws.com/"]);
  });

  it("for the build's own files is their folder at the host that they are published to", () => {
    const { assets } = cspSourcesOf({ ...s3, ASSET_PREFIX: "https://static.example.org" });
    expect(assets).toEqual(["https://static.example.org/_next/static/"]);
  });
});
