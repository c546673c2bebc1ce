"use client";

import { type ReactNode, useEffect, useRef } from "react";
import { Notice } from "@/app/_ui/notice";

/** Replaces a form whose answer is a mail. Takes the focus, so that it is read at once. */
export function MailSent({
  address,
  onlyIfKnown = false,
  children,
}: {
  address: string;
  /** The mail went out only if the address has an account. */
  onlyIfKnown?: boolean;
  children: ReactNode;
}) {
  const box = useRef<HTMLDivElement>(null);
  useEffect(() => box.current?.focus(), []);
  return (
    <div ref={box} tabIndex={-1} className="grid gap-4">
      <Notice tone="success" title="Look into your mailbox">
        <p>
          {onlyIfKnown ? "If there is an account with the address " : "We have sent a mail to "}
          <bdi className="font-bold wrap-anywhere">{address}</bdi>
          {onlyIfKnown ? ", we have sent a mail to it. " : ". "}
          It can take a few minutes, and it may be in your spam folder.
        </p>
      </Notice>
      {children}
    </div>
  );
}
