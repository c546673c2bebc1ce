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
import type { Review } from "@/lib/review/review";
import { type Draft, DraftStore } from "./[fileId]/draft";
import { ToastRegion } from "./toasts";
import { ShortcutsDialog } from "./shortcuts-dialog";
import { callReviewApi } from "./review-api";
import { type UserError, userErrorOf } from "./user-error";
import { UndoToast } from "./undo-toast";
import { type ShortcutHandlers, useShortcuts } from "./use-shortcuts";

/** The decision that can still be taken back: what it was, what was written for it, until when (this browser's clock, ms). */
export type UndoableDecision = { fileId: string; message: string; draft: Draft; until: number };

type ReviewWorkspaceValue = {
  viewerId: string;
  isClaiming: boolean;
  /** Why claiming the next one did not work; "nothing" where none is left. */
  claimError: UserError | "nothing" | null;
  claimNext(): void;
  /** Goes up when a decision was undone: the document begins afresh. */
  undoCount: number;
  /** A decision was taken; `sentAt` is when it was sent, by this browser's clock. */
  announceDecision(done: Omit<UndoableDecision, "until"> & { sentAt: number }): void;
  /** Whether the page was reached from another one of the desk. A page that the browser itself opened keeps its focus at its top. */
  hasNavigated(): boolean;
  showShortcuts(): void;
  /** Registers what keys do on a page; answers how to take that back. */
  addShortcutHandlers(handlers: ShortcutHandlers): () => void;
};

/** Told where it happened, and no longer once one is elsewhere. */
type ClaimNextError = { path: string; error: UserError | "nothing" };

const ALREADY_CLAIMED: UserError = {
  title: "This is the next one, and it is yours.",
  text: "Decide on it, or release it, before you claim another.",
  nextStep: null,
};

const ReviewWorkspaceContext = createContext<ReviewWorkspaceValue | null>(null);

export function useReviewWorkspace(): ReviewWorkspaceValue {
  const desk = use(ReviewWorkspaceContext);
  if (!desk) throw new Error("useDesk is used outside the desk");
  return desk;
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
  const [claiming, startClaiming] = useTransition();
  const [undoing, startUndoing] = useTransition();
  const [claimTrouble, setClaimTrouble] = useState<ClaimNextError | null>(null);
  const [undoable, setUndoable] = useState<UndoableDecision | null>(null);
  const [undoTrouble, setUndoTrouble] = useState<UserError | null>(null);
  const [undone, setUndone] = useState(0);
  const [keysShown, setKeysShown] = useState(false);
  const settled = useRef(false);

  const claimNext = useCallback(() => {
    startClaiming(async () => {
      setClaimTrouble(null);
      const { body, problem } = await callReviewApi<Review>("POST", "/api/reviews/claims", {});
      if (problem) {
        const trouble = userErrorOf("claimNext", problem);
        announce(`${trouble.title}. ${trouble.text}`);
        setClaimTrouble({ path: location.pathname, error: trouble });
      } else if (body === null) {
        announce("Nothing is waiting for you at the moment.");
        setClaimTrouble({ path: location.pathname, error: "nothing" });
        router.refresh();
      } else if (location.pathname === `/review/${body.file.id}`) {
        announce(`${ALREADY_CLAIMED.title} ${ALREADY_CLAIMED.text}`);
        setClaimTrouble({ path: location.pathname, error: ALREADY_CLAIMED });
        router.refresh();
      } else {
        router.push(`/review/${body.file.id}`);
      }
    });
  }, [router]);

  const undo = useCallback(() => {
    if (!undoable || undoing) return;
    startUndoing(async () => {
      const { problem } = await callReviewApi<Review>("DELETE", `/api/reviews/${undoable.fileId}/decision`);
      if (problem) {
        const trouble = userErrorOf("undo", problem);
        announce(`${trouble.title}. ${trouble.text}`);
        // What failed on its way can be tried again while there is time.
        if (trouble.nextStep !== "retry") setUndoable(null);
        setUndoTrouble(trouble);
        return;
      }
      new DraftStore(sessionStorage, viewerId).write(undoable.fileId, undoable.draft);
      announce("Undone. The document is yours again, and so is what you wrote.");
      setUndoable(null);
      setUndoTrouble(null);
      setUndone((count) => count + 1);
      if (location.pathname === `/review/${undoable.fileId}`) router.refresh();
      else router.push(`/review/${undoable.fileId}`);
    });
  }, [router, undoable, undoing, viewerId]);

  const decided = useCallback<ReviewWorkspaceValue["announceDecision"]>(
    ({ sentAt, ...done }) => {
      setUndoTrouble(null);
      // The server counts from when it took the decision, which is later than when it was sent: never promises too much.
      setUndoable({ ...done, until: sentAt + undoSeconds * 1000 });
      announce(`${done.message}. You can undo this within ${undoSeconds} seconds.`);
    },
    [undoSeconds],
  );

  const showKeys = useCallback(() => setKeysShown(true), []);
  const isReached = useCallback(() => settled.current, []);
  // Runs after the effects of the page that came with this one.
  useEffect(() => {
    settled.current = true;
  }, []);
  const { addHandlers, characterKeys, setCharacterKeys } = useShortcuts();
  useEffect(() => addHandlers({ claimNext, undo, keys: showKeys }), [addHandlers, claimNext, undo, showKeys]);
  useEffect(() => new DraftStore(sessionStorage, viewerId).clearOtherViewers(), [viewerId]);

  const told = claimTrouble?.path === path ? claimTrouble.error : null;
  const value = useMemo<ReviewWorkspaceValue>(
    () => ({
      viewerId,
      isClaiming: claiming,
      claimError: told,
      claimNext,
      undoCount: undone,
      announceDecision: decided,
      hasNavigated: isReached,
      showShortcuts: showKeys,
      addShortcutHandlers: addHandlers,
    }),
    [viewerId, claiming, told, claimNext, undone, decided, isReached, showKeys, addHandlers],
  );
  return (
    <ReviewWorkspaceContext value={value}>
      {children}
      <ShortcutsDialog
        open={keysShown}
        onClose={() => setKeysShown(false)}
        areCharacterKeysEnabled={characterKeys}
        onCharacterKeysChange={setCharacterKeys}
      />
      <ToastRegion>
        <UndoToast
          undoable={undoable}
          totalSeconds={undoSeconds}
          pending={undoing}
          error={undoTrouble}
          onUndo={undo}
          onExpired={() => setUndoable(null)}
          onDismiss={() => setUndoTrouble(null)}
        />
      </ToastRegion>
    </ReviewWorkspaceContext>
  );
}
