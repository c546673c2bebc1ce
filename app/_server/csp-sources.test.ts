import { describe, expect, test } from "vitest";
import { cspSourcesOf } from "./csp-sources";

const s3 = {
  STORAGE: "s3" as const,
  STORAGE_PUBLIC_BUCKET: "faces",
  STORAGE_PRIVATE_BUCKET: "papers",
  S3_REGION: "eu-west-2",
  S3_FORCE_PATH_STYLE: false,
};

describe("the sources of the content security policy", () => {
  test("are the media host alone with local storage", () => {
    const local = { ...s3, STORAGE: "local" as const };
    expect(cspSourcesOf(local)).toEqual({ images: [], uploads: [], assets: [] });
    expect(cspSourcesOf({ ...local, MEDIA_URL: "https://media.example.org" }).images).toEqual([
      "https://media.example.org/",
    ]);
  });

  test("are the two buckets on AWS, with uploads to the private one", () => {
    expect(cspSourcesOf(s3)).toEqual({
      images: ["https://faces.s3.eu-west-2.amazonaws.com/", "https://papers.s3.eu-west-2.amazonaws.com/"],
      uploads: ["https://papers.s3.eu-west-2.amazonaws.com/"],
      assets: [],
    });
  });

  test("are bucket paths at the browser endpoint with path-style URLs", () => {
    const store = {
      ...s3,
      S3_FORCE_PATH_STYLE: true,
      S3_ENDPOINT: "http://rgw.internal:8000",
      S3_BROWSER_ENDPOINT: "https://files.example.org",
    };
    expect(cspSourcesOf(store).uploads).toEqual(["https://files.example.org/papers/"]);
  });

  test("leave out the public bucket with a media host", () => {
    const { images } = cspSourcesOf({ ...s3, MEDIA_URL: "https://media.example.org" });
    expect(images).toEqual(["https://media.example.org/", "https://papers.s3.eu-west-2.amazonaws.com/"]);
  });

  test("contain the published folder of static files", () => {
    const { assets } = cspSourcesOf({ ...s3, ASSET_PREFIX: "https://static.example.org" });
    expect(assets).toEqual(["https://static.example.org/_next/static/"]);
  });
});
