export { ApiError, type ApiErrorEntry, type Client, type ClientOptions, createClient } from './client.ts';
export { type FileToUpload, upload } from './send-file.ts';
export { UploadError, type UploadTicket, uploadFile } from './upload.ts';
export { type PartsOptions, uploadInParts } from './upload-in-parts.ts';
export { type VerifyOptions, verifyWebhook, WebhookError, type WebhookEvent } from './webhook.ts';
