import { APIError, createAuthEndpoint } from "better-auth/api";
import { setSessionCookie } from "better-auth/cookies";
import { z } from "zod";
import { isForeignKeyViolation } from "../db/conflict";

/** A plug-in of Better Auth with one function for our own code. No request reaches it. */
export const sessionStarter = {
  id: "session-starter",
  endpoints: {
    /**
     * Starts a session for a person who has proved who they are, and sets its cookie. All hooks of
     * a session run. Fails if the passkey of the sign-in has been removed meanwhile.
     */
    startSession: createAuthEndpoint.serverOnly(
      {
        method: "POST",
        body: z.object({
          userId: z.string(),
          signedInWith: z.enum(["code", "passkey"]),
          passkeyId: z.string().optional(),
        }),
      },
      async (ctx) => {
        const { userId, ...how } = ctx.body;
        const user = await ctx.context.internalAdapter.findUserById(userId);
        if (!user) throw new APIError("UNAUTHORIZED");
        const session = await ctx.context.internalAdapter.createSession(userId, false, how).catch((cause) => {
          // The passkey was removed while its person signed in with it.
          throw isForeignKeyViolation(cause)
            ? new APIError("UNAUTHORIZED", {
                code: "PASSKEY_REMOVED",
                message: "This passkey was removed. Sign in with your password instead.",
              })
            : cause;
        });
        await setSessionCookie(ctx, { session, user });
        return ctx.json({ user: { id: user.id, role: "role" in user ? user.role : "member" } });
      },
    ),
  },
};
