import type { Resolvers } from '../generated/types.ts';
import { apiKey } from './access/api-key.ts';
import { apiKeys } from './access/api-keys.ts';
import { createApiKey } from './access/create-api-key.ts';
import { createUploadToken } from './access/create-upload-token.ts';
import { revokeApiKey } from './access/revoke-api-key.ts';
import { rotateApiKey } from './access/rotate-api-key.ts';
import { auditEntry, auditLog } from './audit/audit-log.ts';
import { calibrateProfile } from './calibration/calibrate-profile.ts';
import { calibration } from './calibration/calibration.ts';
import { chooseThreshold } from './calibration/choose-threshold.ts';
import { decisionChange } from './calibration/decision-change.ts';
import { estimateCascade } from './calibration/estimate-cascade.ts';
import { archiveConnection } from './connection/archive-connection.ts';
import { checkConnection } from './connection/check-connection.ts';
import { connection } from './connection/connection.ts';
import { connections } from './connection/connections.ts';
import { createConnection } from './connection/create-connection.ts';
import { askInspection } from './consultation/ask-inspection.ts';
import { draftProfile } from './consultation/draft-profile.ts';
import { profileDraft, profileDraftById } from './consultation/profile-draft.ts';
import { profileDrafts } from './consultation/profile-drafts.ts';
import { turn } from './consultation/turn.ts';
import { addDatasetItems } from './dataset/add-dataset-items.ts';
import { archiveDataset } from './dataset/archive-dataset.ts';
import { createDataset } from './dataset/create-dataset.ts';
import { createDatasetImport } from './dataset/create-dataset-import.ts';
import { dataset } from './dataset/dataset.ts';
import { datasetById } from './dataset/dataset-by-id.ts';
import { datasetBadLine, datasetImport } from './dataset/dataset-import.ts';
import { datasetImportById } from './dataset/dataset-import-by-id.ts';
import { datasetVersion } from './dataset/dataset-version.ts';
import { datasets } from './dataset/datasets.ts';
import { startDatasetImport } from './dataset/start-dataset-import.ts';
import { cancelTenantDeletion } from './deletion/cancel-tenant-deletion.ts';
import { deleteDataset } from './deletion/delete-dataset.ts';
import { deleteEvaluation } from './deletion/delete-evaluation.ts';
import { deleteInspection } from './deletion/delete-inspection.ts';
import { deleteSample } from './deletion/delete-sample.ts';
import { deleteTenant } from './deletion/delete-tenant.ts';
import { deletion, deletionById, deletions } from './deletion/deletion.ts';
import { cancelEvaluation } from './evaluation/cancel-evaluation.ts';
import { createEvaluation } from './evaluation/create-evaluation.ts';
import { estimateEvaluation } from './evaluation/estimate-evaluation.ts';
import { evaluation } from './evaluation/evaluation.ts';
import { evaluationBatch } from './evaluation/evaluation-batch.ts';
import { evaluationById } from './evaluation/evaluation-by-id.ts';
import { evaluationItem } from './evaluation/evaluation-item.ts';
import { evaluationVariant } from './evaluation/evaluation-variant.ts';
import { evaluations } from './evaluation/evaluations.ts';
import { resumeEvaluation } from './evaluation/resume-evaluation.ts';
import { createExport } from './export/create-export.ts';
import { exportById, exportFile, exports, tenantExport } from './export/export.ts';
import { archiveInspection } from './inspection/archive-inspection.ts';
import { createInspection } from './inspection/create-inspection.ts';
import { inspection } from './inspection/inspection.ts';
import { inspectionById } from './inspection/inspection-by-id.ts';
import { inspectionCounts } from './inspection/inspection-counts.ts';
import { inspections } from './inspection/inspections.ts';
import { region } from './inspection/region.ts';
import { resolvePlaceType } from './inspection/resolve-place-type.ts';
import { updateInspection } from './inspection/update-inspection.ts';
import { verdict } from './inspection/verdict.ts';
import { acceptInvitation } from './member/accept-invitation.ts';
import { invitations } from './member/invitations.ts';
import { inviteMember } from './member/invite-member.ts';
import { member } from './member/member.ts';
import { members } from './member/members.ts';
import { removeMember } from './member/remove-member.ts';
import { revokeInvitation } from './member/revoke-invitation.ts';
import { updateMember } from './member/update-member.ts';
import { model } from './model/model.ts';
import { models } from './model/models.ts';
import { node } from './node/node.ts';
import { nodes } from './node/nodes.ts';
import { resolveNodeType } from './node/resolve-type.ts';
import { archiveProfile } from './profile/archive-profile.ts';
import { createProfile } from './profile/create-profile.ts';
import { healthDay } from './profile/health.ts';
import { profile } from './profile/profile.ts';
import { profileById } from './profile/profile-by-id.ts';
import { driftPeriod, profileDrift } from './profile/profile-drift.ts';
import { profileVersion } from './profile/profile-version.ts';
import { profiles } from './profile/profiles.ts';
import { promptImage, promptPreview } from './profile/prompt-preview.ts';
import { updateProfile } from './profile/update-profile.ts';
import { retention, setRetention } from './retention/retention.ts';
import { createReview } from './review/create-review.ts';
import { review } from './review/review.ts';
import { archiveSample } from './sample/archive-sample.ts';
import { createSample } from './sample/create-sample.ts';
import { imageGeometry } from './sample/image-geometry.ts';
import { renewSampleUpload } from './sample/renew-sample-upload.ts';
import { resolveGeometryType } from './sample/resolve-geometry-type.ts';
import { sample } from './sample/sample.ts';
import { sampleById } from './sample/sample-by-id.ts';
import { samples } from './sample/samples.ts';
import { updateSample } from './sample/update-sample.ts';
import { view } from './sample/view.ts';
import { archiveTenant } from './tenant/archive-tenant.ts';
import { createTenant } from './tenant/create-tenant.ts';
import { restoreTenant } from './tenant/restore-tenant.ts';
import { signUp } from './tenant/sign-up.ts';
import { tenant } from './tenant/tenant.ts';
import { tenantById } from './tenant/tenant-by-id.ts';
import { tenants } from './tenant/tenants.ts';
import { updateTenant } from './tenant/update-tenant.ts';
import { abortMultipartUpload } from './upload/abort-multipart-upload.ts';
import { completeMultipartUpload } from './upload/complete-multipart-upload.ts';
import { multipartUpload } from './upload/multipart-upload.ts';
import { multipartUploadById } from './upload/multipart-upload-by-id.ts';
import { signMultipartUploadParts } from './upload/sign-multipart-upload-parts.ts';
import { usage } from './usage/usage.ts';
import { usageTable } from './usage/usage-table.ts';
import { viewer } from './viewer/viewer.ts';
import { archiveWebhook } from './webhook/archive-webhook.ts';
import { createWebhook } from './webhook/create-webhook.ts';
import { redeliverWebhook } from './webhook/redeliver-webhook.ts';
import { rotateWebhookSecret } from './webhook/rotate-webhook-secret.ts';
import { testWebhook } from './webhook/test-webhook.ts';
import { updateWebhook } from './webhook/update-webhook.ts';
import { webhook, webhookDelivery } from './webhook/webhook.ts';
import { webhooks } from './webhook/webhooks.ts';

export const resolvers: Resolvers = {
  Query: {
    profileDraft: profileDraftById,
    profileDrafts,
    apiKeys,
    dataset: datasetById,
    datasetImport: datasetImportById,
    datasets,
    deletion: deletionById,
    deletions,
    estimateCascade,
    estimateEvaluation,
    evaluation: evaluationById,
    evaluations,
    export: exportById,
    exports,
    auditLog,
    connections,
    inspection: inspectionById,
    inspections,
    invitations,
    members,
    models,
    multipartUpload: multipartUploadById,
    node,
    nodes,
    profile: profileById,
    profiles,
    profileDrift,
    promptPreview,
    retention,
    sample: sampleById,
    samples,
    tenant: tenantById,
    tenants,
    usage,
    viewer,
    webhooks,
  },
  Mutation: {
    abortMultipartUpload,
    completeMultipartUpload,
    signMultipartUploadParts,
    askInspection,
    draftProfile,
    acceptInvitation,
    addDatasetItems,
    archiveDataset,
    archiveConnection,
    archiveInspection,
    calibrateProfile,
    checkConnection,
    chooseThreshold,
    createConnection,
    inviteMember,
    removeMember,
    revokeInvitation,
    signUp,
    updateMember,
    archiveProfile,
    archiveSample,
    archiveTenant,
    archiveWebhook,
    createWebhook,
    redeliverWebhook,
    rotateWebhookSecret,
    testWebhook,
    updateWebhook,
    createApiKey,
    cancelEvaluation,
    cancelTenantDeletion,
    deleteDataset,
    deleteEvaluation,
    deleteInspection,
    deleteSample,
    deleteTenant,
    createDataset,
    createDatasetImport,
    createEvaluation,
    createExport,
    createInspection,
    createProfile,
    createReview,
    createSample,
    createTenant,
    createUploadToken,
    renewSampleUpload,
    restoreTenant,
    revokeApiKey,
    rotateApiKey,
    setRetention,
    resumeEvaluation,
    startDatasetImport,
    updateInspection,
    updateProfile,
    updateSample,
    updateTenant,
  },
  ApiKey: apiKey,
  Dataset: dataset,
  DatasetBadLine: datasetBadLine,
  DatasetImport: datasetImport,
  DatasetVersion: datasetVersion,
  Deletion: deletion,
  Evaluation: evaluation,
  EvaluationBatch: evaluationBatch,
  EvaluationItem: evaluationItem,
  Export: tenantExport,
  ExportFile: exportFile,
  EvaluationVariant: evaluationVariant,
  AuditEntry: auditEntry,
  Calibration: calibration,
  Connection: connection,
  DecisionChange: decisionChange,
  DriftPeriod: driftPeriod,
  HealthDay: healthDay,
  ImageGeometry: imageGeometry,
  Inspection: inspection,
  InspectionCounts: inspectionCounts,
  Member: member,
  Model: model,
  MultipartUpload: multipartUpload,
  Node: { __resolveType: resolveNodeType },
  Profile: profile,
  ProfileDraft: profileDraft,
  ProfileVersion: profileVersion,
  PromptImage: promptImage,
  Region: region,
  RegionPlace: { __resolveType: resolvePlaceType },
  Review: review,
  Sample: sample,
  Tenant: tenant,
  Turn: turn,
  Usage: usageTable,
  Verdict: verdict,
  Webhook: webhook,
  WebhookDelivery: webhookDelivery,
  View: view,
  ViewGeometry: { __resolveType: resolveGeometryType },
};
