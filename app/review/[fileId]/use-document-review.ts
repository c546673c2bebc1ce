"use client";

import { useRouter } from "next/navigation";
import { useCallback, useEffect, useMemo, useState } from "react";
import { announce } from "@/app/_ui/announce";
import type { FieldError } from "@/lib/errors";
import { DECISIONS } from "@/lib/review/decisions";
import type { Outcome } from "@/lib/review/outcomes";
import type { Review } from "@/lib/review/review";
import { useReviewWorkspace } from "../review-workspace";
import { type ApiResult, callReviewApi } from "../review-api";
import { serverTime } from "../server-time";
import { type ReviewAction, type UserError, userErrorOf } from "../user-error";
import { getServerTime, useSecondsLeft } from "../use-seconds-left";
import { type ReviewField, buildDecisionRequest, findMissingEntries, addFactLabels } from "./decision-request";
import { type Draft, DraftStore, EMPTY_DRAFT } from "./draft";
import { claimStatusOf } from "./claim-status";

/** One document on the desk: what the server last said of it, what is being written, and what can be done. */
export function useDocumentReview(given: Review, field: ReviewField, now: string) {
  const { viewerId, announceDecision: decided } = useReviewWorkspace();
  const router = useRouter();
  const [review, setReview] = useServerState(given);
  const { draft, setDraft, restored: isDraftRestored } = useDraft(viewerId, given.file.id);
  const [pending, setPending] = useState<ReviewAction | null>(null);
  const [error, setTrouble] = useState<(UserError & { deed: ReviewAction }) | null>(null);
  const [errors, setErrors] = useState<FieldError[]>([]);
  useEffect(() => serverTime.observe(Date.parse(now), Date.now()), [now]);

  const secondsLeft = useSecondsLeft(review.claim ? Date.parse(review.claim.until) : null, getServerTime);
  const held = review.claim?.by.id === viewerId;
  const [worked, setWorked] = useState(held);
  if (held && !worked) setWorked(true);
  const claimStatus = claimStatusOf(review, { viewerId, expired: secondsLeft === 0, worked });

  const path = `/api/reviews/${review.file.id}`;

  /** Does one thing at a time, and shows what comes of it. */
  async function run(
    deed: ReviewAction,
    request: () => Promise<ApiResult<Review | null>>,
  ): Promise<Review | null | false> {
    if (pending) return false;
    setPending(deed);
    const { body, problem } = await request();
    setPending(null);
    if (problem?.errors) {
      setErrors(addFactLabels(field, problem.errors));
      return false;
    }
    if (problem) {
      const told = userErrorOf(deed, problem);
      setTrouble({ ...told, deed });
      // What is here may no longer be what is.
      if (told.nextStep !== "sign-in" && told.nextStep !== "retry") router.refresh();
      return false;
    }
    setTrouble(null);
    setErrors([]);
    if (body) setReview(body);
    router.refresh();
    return body ?? null;
  }

  async function claim(deed: "claim" | "extend"): Promise<boolean> {
    const done = await run(deed, () => callReviewApi<Review>("PUT", `${path}/claim`));
    if (done)
      announce(deed === "claim" ? "This document is yours now." : "The document stays yours for longer.");
    return done !== false;
  }

  async function release(): Promise<boolean> {
    const done = await run("release", () => callReviewApi<Review>("DELETE", `${path}/claim`));
    if (done === false) return false;
    setWorked(false);
    setReview({ ...review, claim: null });
    announce("Released. Another reviewer can take it now; what you wrote stays in this tab.");
    return true;
  }

  async function decide(outcome: Outcome): Promise<boolean> {
    const missing = findMissingEntries(field, draft, outcome);
    setErrors(missing);
    if (missing.length > 0) return false;
    const sentAt = Date.now();
    const body = buildDecisionRequest(field, draft, outcome, review.file.sha256);
    const done = await run("decide", () => callReviewApi<Review>("POST", `${path}/decision`, body));
    if (done === false) return false;
    const words = `${DECISIONS[outcome].done}: ${review.member.name}, ${field.label}`;
    decided({ fileId: review.file.id, message: words, draft, sentAt });
    setDraft({ ...EMPTY_DRAFT, facts: {} });
    return true;
  }

  return {
    review,
    standing: claimStatus,
    left: secondsLeft,
    draft,
    setDraft,
    restored: isDraftRestored,
    pending,
    trouble: error,
    errors,
    claim,
    release,
    decide,
  };
}

export type DocumentReviewState = ReturnType<typeof useDocumentReview>;

/** State that begins with what the server rendered, and again whenever it renders anew. */
function useServerState<Value>(given: Value): [Value, (value: Value) => void] {
  const [state, setState] = useState({ given, value: given });
  if (state.given !== given) setState({ given, value: given });
  const set = useCallback((value: Value) => setState((before) => ({ ...before, value })), []);
  return [state.given === given ? state.value : given, set];
}

/** What is being written, kept in the tab from the first letter. `restored` says that it was found there. */
function useDraft(viewerId: string, fileId: string) {
  const [draft, show] = useState<Draft>(EMPTY_DRAFT);
  const [isDraftRestored, setRestored] = useState(false);
  const drafts = useMemo(
    () => (typeof sessionStorage === "undefined" ? null : new DraftStore(sessionStorage, viewerId)),
    [viewerId],
  );
  useEffect(() => {
    const kept = drafts?.read(fileId);
    if (!kept) return;
    show(kept);
    setRestored(true);
  }, [drafts, fileId]);
  const setDraft = useCallback(
    (next: Draft) => {
      show(next);
      drafts?.write(fileId, next);
    },
    [drafts, fileId],
  );
  return { draft, setDraft, restored: isDraftRestored };
}
