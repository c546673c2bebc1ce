"use client";

import { usePathname, useRouter } from "next/navigation";
import {
  createContext,
  type ReactNode,
  use,
  useCallback,
  useEffect,
  useMemo,
  useRef,
  useState,
  useTransition,
} from "react";
import { announce } from "@/app/_ui/announce";
import { UNDO } from "@/lib/review/outcomes";
import type { Review } from "@/lib/review/review";
import { DraftStore } from "./[fileId]/draft";
import { callReviewApi, sendDecision } from "./review-api";
import { ShortcutsDialog } from "./shortcuts-dialog";
import { ToastRegion } from "./toasts";
import { type UndoableDecision, UndoToast } from "./undo-toast";
import { type ShortcutHandlers, useShortcuts } from "./use-shortcuts";
import { type UserError, userErrorOf } from "./user-error";

type ReviewWorkspaceValue = {
  viewerId: string;
  isClaiming: boolean;
  /** Why "Claim next" failed; "nothing" if no document is waiting. */
  claimError: UserError | "nothing" | null;
  claimNext(): void;
  /** Increases when a decision is undone, which resets the document. */
  undoCount: number;
  /** Announces a decision and offers to undo it. `sentAt` is by the clock of this browser. */
  announceDecision(decision: Omit<UndoableDecision, "until"> & { sentAt: number }): void;
  /**
   * True after a navigation between review pages. A page that the browser opened keeps its focus.
   */
  hasNavigated(): boolean;
  showShortcuts(): void;
  /** Registers the shortcut handlers of a component; returns a function that removes them. */
  addShortcutHandlers(handlers: ShortcutHandlers): () => void;
};

/** Shown only on the page where it happened. */
type ClaimNextError = { path: string; error: UserError | "nothing" };

const ALREADY_CLAIMED: UserError = {
  title: "You have already claimed this document.",
  text: "Decide on it or release it before you claim the next one.",
  nextStep: null,
};

const ReviewWorkspaceContext = createContext<ReviewWorkspaceValue | null>(null);

export function useReviewWorkspace(): ReviewWorkspaceValue {
  const workspace = use(ReviewWorkspaceContext);
  if (!workspace) throw new Error("useReviewWorkspace needs a ReviewWorkspace around it");
  return workspace;
}

export function ReviewWorkspace({
  viewerId,
  undoSeconds,
  children,
}: {
  viewerId: string;
  undoSeconds: number;
  children: ReactNode;
}) {
  const router = useRouter();
  const path = usePathname();
  const [isClaiming, startClaiming] = useTransition();
  const [isUndoing, startUndoing] = useTransition();
  const [claimNextError, setClaimNextError] = useState<ClaimNextError | null>(null);
  const [undoable, setUndoable] = useState<UndoableDecision | null>(null);
  const [undoError, setUndoError] = useState<UserError | null>(null);
  const [undoCount, setUndoCount] = useState(0);
  const [areShortcutsShown, setShortcutsShown] = useState(false);
  const hasMounted = useRef(false);

  const claimNext = useCallback(() => {
    startClaiming(async () => {
      setClaimNextError(null);
      const { body, problem } = await callReviewApi<Review>("POST", "/api/reviews/claims", {});
      if (problem) {
        const error = userErrorOf("claimNext", problem);
        announce(`${error.title}. ${error.text}`);
        setClaimNextError({ path: location.pathname, error });
      } else if (body === null) {
        announce("No document is waiting for you.");
        setClaimNextError({ path: location.pathname, error: "nothing" });
        router.refresh();
      } else if (location.pathname === `/review/${body.file.id}`) {
        announce(`${ALREADY_CLAIMED.title} ${ALREADY_CLAIMED.text}`);
        setClaimNextError({ path: location.pathname, error: ALREADY_CLAIMED });
        router.refresh();
      } else {
        router.push(`/review/${body.file.id}`);
      }
    });
  }, [router]);

  const undo = useCallback(() => {
    if (!undoable || isUndoing) return;
    startUndoing(async () => {
      const { problem } = await sendDecision({ fileId: undoable.fileId, viewerId, outcome: UNDO });
      if (problem) {
        const error = userErrorOf("undo", problem);
        announce(`${error.title}. ${error.text}`);
        // The reviewer can retry a failed request within the undo time.
        if (error.nextStep !== "retry") setUndoable(null);
        setUndoError(error);
        return;
      }
      new DraftStore(sessionStorage, viewerId).write(undoable.fileId, undoable.draft);
      announce("Undone. You have claimed the document again, and your text is restored.");
      setUndoable(null);
      setUndoError(null);
      setUndoCount((count) => count + 1);
      if (location.pathname === `/review/${undoable.fileId}`) router.refresh();
      else router.push(`/review/${undoable.fileId}`);
    });
  }, [router, undoable, isUndoing, viewerId]);

  const announceDecision = useCallback<ReviewWorkspaceValue["announceDecision"]>(
    ({ sentAt, ...decision }) => {
      setUndoError(null);
      // The server counts from a later time, so this promises no time that the server refuses.
      setUndoable({ ...decision, until: sentAt + undoSeconds * 1000 });
      announce(`${decision.message}. You can undo this within ${undoSeconds} seconds.`);
    },
    [undoSeconds],
  );

  const showShortcuts = useCallback(() => setShortcutsShown(true), []);
  const hasNavigated = useCallback(() => hasMounted.current, []);
  // Runs after the effects of the first page.
  useEffect(() => {
    hasMounted.current = true;
  }, []);
  const { addHandlers, characterKeys, setCharacterKeys } = useShortcuts();
  useEffect(
    () => addHandlers({ claimNext, undo, keys: showShortcuts }),
    [addHandlers, claimNext, undo, showShortcuts],
  );
  useEffect(() => new DraftStore(sessionStorage, viewerId).clearOtherViewers(), [viewerId]);

  const claimError = claimNextError?.path === path ? claimNextError.error : null;
  const value = useMemo<ReviewWorkspaceValue>(
    () => ({
      viewerId,
      isClaiming,
      claimError,
      claimNext,
      undoCount,
      announceDecision,
      hasNavigated,
      showShortcuts,
      addShortcutHandlers: addHandlers,
    }),
    [
      viewerId,
      isClaiming,
      claimError,
      claimNext,
      undoCount,
      announceDecision,
      hasNavigated,
      showShortcuts,
      addHandlers,
    ],
  );
  return (
    <ReviewWorkspaceContext value={value}>
      {children}
      <ShortcutsDialog
        open={areShortcutsShown}
        onClose={() => setShortcutsShown(false)}
        areCharacterKeysEnabled={characterKeys}
        onCharacterKeysChange={setCharacterKeys}
      />
      <ToastRegion>
        <UndoToast
          undoable={undoable}
          totalSeconds={undoSeconds}
          pending={isUndoing}
          error={undoError}
          onUndo={undo}
          onExpired={() => setUndoable(null)}
          onDismiss={() => setUndoError(null)}
        />
      </ToastRegion>
    </ReviewWorkspaceContext>
  );
}
