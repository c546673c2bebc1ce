import { contract } from "./contract";
import { dbsCertificate } from "./dbs-certificate";
import { medicalLetter } from "./medical-letter";
import { profilePicture } from "./profile-picture";
import { declareFields } from "./registry";

/** Every file field of this installation. A new one: its file in this folder, and its line here. */
export const fields = declareFields([profilePicture, dbsCertificate, medicalLetter, contract]);
