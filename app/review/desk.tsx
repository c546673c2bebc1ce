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
import { type Draft, Drafts } from "./[fileId]/draft";
import { Bars } from "./bars";
import { KeyList } from "./key-list";
import { ask } from "./request";
import { type Trouble, troubleOf } from "./trouble";
import { UndoBar } from "./undo-bar";
import { type DeskHandlers, useDeskKeys } from "./use-desk-keys";

/** The decision that can still be taken back: what it was, what was written for it, until when (this browser's clock, ms). */
export type Undoable = { fileId: string; words: string; draft: Draft; until: number };

type DeskValue = {
  viewerId: string;
  claiming: boolean;
  /** Why claiming the next one did not work; "nothing" where none is left. */
  claimTrouble: Trouble | "nothing" | null;
  claimNext(): void;
  /** Goes up when a decision was undone: the document begins afresh. */
  undone: number;
  /** A decision was taken; `sentAt` is when it was sent, by this browser's clock. */
  decided(done: Omit<Undoable, "until"> & { sentAt: number }): void;
  /** Whether the page was reached from another one of the desk. A page that the browser itself opened keeps its focus at its top. */
  isReached(): boolean;
  showKeys(): void;
  /** Registers what keys do on a page; answers how to take that back. */
  addHandlers(handlers: DeskHandlers): () => void;
};

/** Told where it happened, and no longer once one is elsewhere. */
type ClaimOutcome = { path: string; trouble: Trouble | "nothing" };

const STILL_YOURS: Trouble = {
  title: "This is the next one, and it is yours.",
  text: "Decide on it, or release it, before you claim another.",
  way: null,
};

const DeskContext = createContext<DeskValue | null>(null);

export function useDesk(): DeskValue {
  const desk = use(DeskContext);
  if (!desk) throw new Error("useDesk is used outside the desk");
  return desk;
}

export function Desk({
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
  const [claimTrouble, setClaimTrouble] = useState<ClaimOutcome | null>(null);
  const [undoable, setUndoable] = useState<Undoable | null>(null);
  const [undoTrouble, setUndoTrouble] = useState<Trouble | null>(null);
  const [undone, setUndone] = useState(0);
  const [keysShown, setKeysShown] = useState(false);
  const settled = useRef(false);

  const claimNext = useCallback(() => {
    startClaiming(async () => {
      setClaimTrouble(null);
      const { body, problem } = await ask<Review>("POST", "/api/reviews/claims", {});
      if (problem) {
        const trouble = troubleOf("claimNext", problem);
        announce(`${trouble.title}. ${trouble.text}`);
        setClaimTrouble({ path: location.pathname, trouble });
      } else if (body === null) {
        announce("Nothing is waiting for you at the moment.");
        setClaimTrouble({ path: location.pathname, trouble: "nothing" });
        router.refresh();
      } else if (location.pathname === `/review/${body.file.id}`) {
        announce(`${STILL_YOURS.title} ${STILL_YOURS.text}`);
        setClaimTrouble({ path: location.pathname, trouble: STILL_YOURS });
        router.refresh();
      } else {
        router.push(`/review/${body.file.id}`);
      }
    });
  }, [router]);

  const undo = useCallback(() => {
    if (!undoable || undoing) return;
    startUndoing(async () => {
      const { problem } = await ask<Review>("DELETE", `/api/reviews/${undoable.fileId}/decision`);
      if (problem) {
        const trouble = troubleOf("undo", problem);
        announce(`${trouble.title}. ${trouble.text}`);
        // What failed on its way can be tried again while there is time.
        if (trouble.way !== "retry") setUndoable(null);
        setUndoTrouble(trouble);
        return;
      }
      new Drafts(sessionStorage, viewerId).write(undoable.fileId, undoable.draft);
      announce("Undone. The document is yours again, and so is what you wrote.");
      setUndoable(null);
      setUndoTrouble(null);
      setUndone((count) => count + 1);
      if (location.pathname === `/review/${undoable.fileId}`) router.refresh();
      else router.push(`/review/${undoable.fileId}`);
    });
  }, [router, undoable, undoing, viewerId]);

  const decided = useCallback<DeskValue["decided"]>(
    ({ sentAt, ...done }) => {
      setUndoTrouble(null);
      // The server counts from when it took the decision, which is later than when it was sent: never promises too much.
      setUndoable({ ...done, until: sentAt + undoSeconds * 1000 });
      announce(`${done.words}. You can undo this within ${undoSeconds} seconds.`);
    },
    [undoSeconds],
  );

  const showKeys = useCallback(() => setKeysShown(true), []);
  const isReached = useCallback(() => settled.current, []);
  // Runs after the effects of the page that came with this one.
  useEffect(() => {
    settled.current = true;
  }, []);
  const { addHandlers, characterKeys, setCharacterKeys } = useDeskKeys();
  useEffect(() => addHandlers({ claimNext, undo, keys: showKeys }), [addHandlers, claimNext, undo, showKeys]);
  useEffect(() => new Drafts(sessionStorage, viewerId).clearForeign(), [viewerId]);

  const told = claimTrouble?.path === path ? claimTrouble.trouble : null;
  const value = useMemo<DeskValue>(
    () => ({
      viewerId,
      claiming,
      claimTrouble: told,
      claimNext,
      undone,
      decided,
      isReached,
      showKeys,
      addHandlers,
    }),
    [viewerId, claiming, told, claimNext, undone, decided, isReached, showKeys, addHandlers],
  );
  return (
    <DeskContext value={value}>
      {children}
      <KeyList
        open={keysShown}
        onClose={() => setKeysShown(false)}
        characterKeys={characterKeys}
        onCharacterKeys={setCharacterKeys}
      />
      <Bars>
        <UndoBar
          undoable={undoable}
          seconds={undoSeconds}
          pending={undoing}
          trouble={undoTrouble}
          onUndo={undo}
          onOver={() => setUndoable(null)}
          onDismiss={() => setUndoTrouble(null)}
        />
      </Bars>
    </DeskContext>
  );
}
