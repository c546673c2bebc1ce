"use client";

import { useRouter } from "next/navigation";
import { type FormEvent, useState } from "react";
import { flushSync } from "react-dom";
import { announce } from "@/app/_ui/announce";
import { Button } from "@/app/_ui/button";
import { callApi, problemOf } from "@/app/_ui/call-api";
import { Dialog } from "@/app/_ui/dialog";
import { TextField } from "@/app/_ui/field";
import { Notice } from "@/app/_ui/notice";
import { CodeSheet } from "./code-sheet";

const FORM_ID = "set-up-app";

type NewApp = { key: string; picture: string };

/** Shows the key as a QR code and as text, and asks for the first code. */
export function SetUpApp() {
  const router = useRouter();
  const [app, setApp] = useState<NewApp | null>(null);
  const [backupCodes, setBackupCodes] = useState<readonly string[] | null>(null);
  const [pending, setPending] = useState(false);
  const [errors, setErrors] = useState<{ code?: string; other?: string }>({});

  async function begin() {
    if (pending) return;
    setPending(true);
    setErrors({});
    const response = await callApi("POST", "/api/account/app");
    if (response.status === 200) {
      const { key, uri } = response.body as { key: string; uri: string };
      setApp({ key, picture: await drawQrCode(uri) });
    } else setErrors({ other: problemOf(response).detail });
    setPending(false);
  }

  async function confirm(event: FormEvent<HTMLFormElement>) {
    event.preventDefault();
    if (pending) return;
    const code = String(new FormData(event.currentTarget).get("code") ?? "").trim();
    if (code === "") return refuse("Enter the code that the app shows.");
    setPending(true);
    setErrors({});
    const response = await callApi("PUT", "/api/account/app", { body: { code } });
    setPending(false);
    if (response.status !== 200) return refuse(problemOf(response).detail);
    const { backupCodes: codes } = response.body as { backupCodes: string[] };
    announce("The authenticator app is added");
    if (codes.length > 0) setBackupCodes(codes);
    else finish();
  }

  function refuse(message: string) {
    setErrors({ code: message });
    document.getElementById("code")?.focus();
  }

  function finish() {
    flushSync(close);
    document.getElementById("app")?.focus();
    router.refresh();
  }

  function close() {
    setApp(null);
    setBackupCodes(null);
    setErrors({});
  }

  return (
    <div className="grid justify-items-start gap-3">
      {errors.other ? (
        <Notice tone="danger" title="Nothing was changed" live>
          {errors.other}
        </Notice>
      ) : null}
      <Button
        aria-haspopup="dialog"
        pending={pending && !app}
        pendingLabel="Preparing…"
        onClick={() => void begin()}
      >
        Set up an app…
      </Button>
      <Dialog
        open={app !== null}
        onClose={backupCodes ? finish : close}
        title={backupCodes ? "Save your backup codes" : "Set up an authenticator app"}
        actions={
          backupCodes ? (
            <Button variant="primary" onClick={finish}>
              I have saved them
            </Button>
          ) : (
            <>
              <Button onClick={close}>Cancel</Button>
              <Button
                type="submit"
                form={FORM_ID}
                variant="primary"
                pending={pending}
                pendingLabel="Checking the code…"
              >
                Confirm
              </Button>
            </>
          )
        }
      >
        {backupCodes ? (
          <CodeSheet codes={backupCodes} />
        ) : (
          <form id={FORM_ID} noValidate onSubmit={confirm} className="grid gap-4">
            <p>Open your authenticator app and scan this picture.</p>
            {/* Black on white in both themes: cameras need it. */}
            <img
              src={app?.picture}
              alt="QR code with the key of your account"
              width={192}
              height={192}
              className="rounded border border-hairline bg-white"
            />
            <p className="text-sm">
              Or enter this key:{" "}
              <code className="font-mono break-all select-all">{groupKey(app?.key ?? "")}</code>
            </p>
            <TextField
              label="Code"
              name="code"
              hint="The six digits that the app shows now."
              inputMode="numeric"
              autoComplete="one-time-code"
              maxLength={10}
              required
              error={errors.code}
            />
          </form>
        )}
      </Dialog>
    </div>
  );
}

/** Draws on demand: most visits need no QR code. */
async function drawQrCode(text: string): Promise<string> {
  const { renderSVG } = await import("uqr");
  const svg = renderSVG(text, { border: 3 });
  return `data:image/svg+xml,${encodeURIComponent(svg)}`;
}

/** Groups of four are easier to type. Apps ignore the spaces. */
function groupKey(key: string): string {
  return key.replace(/(.{4})(?=.)/g, "$1 ");
}
