import type { z } from "zod";
import type { factSchema, fieldSchema } from "./field-schema";

/** A declared file field: form, ticket, inspection, review and retention derive from it. */
export type Field = z.infer<typeof fieldSchema>;
export type Fact = z.infer<typeof factSchema>;
export type MediaType = Field["accept"][number];

export const MiB = 1024 * 1024;
export const GiB = 1024 * MiB;

export const IMAGES = ["image/jpeg", "image/png", "image/webp"] as const satisfies readonly MediaType[];
export const IMAGES_AND_PDF = [...IMAGES, "application/pdf"] as const satisfies readonly MediaType[];
