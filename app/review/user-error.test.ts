import { describe, expect, it } from "vitest";
import { ERRORS, type ErrorCode, Problem } from "@/lib/errors";
import { type ReviewAction, userErrorOf } from "./user-error";

const DEEDS: ReviewAction[] = ["claim", "extend", "release", "decide", "undo", "claimNext"];
const problem = (code: ErrorCode) => new Problem(code, "This is what happened.").toJSON();

describe("trouble on the desk", () => {
  it("is told in words for every code and deed, without a code or a number", () => {
    for (const code of Object.keys(ERRORS) as ErrorCode[]) {
      for (const deed of DEEDS) {
        const { title, text } = userErrorOf(deed, problem(code));
        expect(`${title} ${text}`).not.toMatch(/\d{3}|_|error/i);
        expect(text.length).toBeGreaterThan(10);
      }
    }
  });

  it("sends somebody who was signed out to sign in, and says that their words are kept", () => {
    expect(userErrorOf("decide", problem("unauthenticated"))).toMatchObject({
      nextStep: "sign-in",
      text: expect.stringContaining("is kept"),
    });
  });

  it("offers to claim again what was lost while deciding", () => {
    expect(userErrorOf("decide", problem("conflict")).nextStep).toBe("claim");
  });

  it("goes on to the next document where another has this one", () => {
    expect(userErrorOf("claim", problem("conflict")).nextStep).toBe("next");
  });

  it("offers the same again where only the road was blocked", () => {
    expect(userErrorOf("decide", problem("unavailable")).nextStep).toBe("retry");
  });
});
