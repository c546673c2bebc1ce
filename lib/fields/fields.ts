import { contract } from "./contract";
import { dbsCertificate } from "./dbs-certificate";
import { medicalLetter } from "./medical-letter";
import { profilePicture } from "./profile-picture";
import { declareFields } from "./registry";

/** All file fields of this installation. A new field: its file in this folder, and a line here. */
export const fields = declareFields([profilePicture, dbsCertificate, medicalLetter, contract]);
