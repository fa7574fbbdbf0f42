/** Every document that the SDK sends; the API knows them by their SHA-256. */

const OFFER =
  'upload { url method fields { name value } } multipartUpload { uploadId } errors { code message }';

export const CREATE_SAMPLE = `mutation CreateSample($input: CreateSampleInput!) {
  announced: createSample(input: $input) { subject: sample { id } ${OFFER} } }`;

export const CREATE_INSPECTION = `mutation CreateInspection($input: CreateInspectionInput!) {
  announced: createInspection(input: $input) { subject: inspection { id } ${OFFER} } }`;

export const MULTIPART_UPLOAD = `query MultipartUpload($uploadId: ID!) { multipartUpload(uploadId: $uploadId) {
  state partBytes partCount uploadedParts { number sha256 } } }`;

export const SIGN_PARTS = `mutation SignMultipartUploadParts($input: SignMultipartUploadPartsInput!) {
  signMultipartUploadParts(input: $input) {
    parts { number method url headers { name value } } errors { code message } } }`;

export const COMPLETE_UPLOAD = `mutation CompleteMultipartUpload($input: CompleteMultipartUploadInput!) {
  completeMultipartUpload(input: $input) { errors { code message } } }`;
