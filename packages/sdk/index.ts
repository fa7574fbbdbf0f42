export { ApiError, type ApiErrorEntry, type Client, type ClientOptions, createClient } from './client.ts';
export { UploadError, type UploadTicket, uploadFile } from './upload.ts';
export { type VerifyOptions, verifyWebhook, WebhookError, type WebhookEvent } from './webhook.ts';
