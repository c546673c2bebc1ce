import { Time } from "@/app/_ui/time";
import { RemoveApp } from "./remove-app";
import { SetUpApp } from "./set-up-app";

export function AppSection({ app }: { app: { since: string } | null }) {
  if (!app) return <SetUpApp />;
  return (
    <>
      <p>
        In use since <Time value={app.since} />.
      </p>
      <RemoveApp />
    </>
  );
}
