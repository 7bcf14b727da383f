{{- define "twinfold.name" -}}
{{- printf "%s-%s" .Release.Name .Chart.Name | trunc 40 | trimSuffix "-" -}}
{{- end -}}

{{- define "twinfold.labels" -}}
app.kubernetes.io/name: twinfold
app.kubernetes.io/instance: {{ .Release.Name }}
app.kubernetes.io/version: {{ .Chart.AppVersion | quote }}
app.kubernetes.io/managed-by: {{ .Release.Service }}
helm.sh/chart: {{ printf "%s-%s" .Chart.Name .Chart.Version }}
{{- end -}}

{{- define "twinfold.selector" -}}
app.kubernetes.io/name: twinfold
app.kubernetes.io/instance: {{ .Release.Name }}
{{- end -}}

{{- /* The pools that are on, each with the defaults filled in: a YAML map. */ -}}
{{- define "twinfold.pools" -}}
{{- $pools := dict -}}
{{- range $name, $said := .Values.pools -}}
{{- $pool := mergeOverwrite (deepCopy $.Values.poolDefaults) (deepCopy $said) -}}
{{- if $pool.enabled -}}{{- $_ := set $pools $name $pool -}}{{- end -}}
{{- end -}}
{{- toYaml $pools -}}
{{- end -}}

{{- /* A run has one backend, so all pools have the same; CPU workers name it and never open it. */ -}}
{{- define "twinfold.backend" -}}
{{- $usual := "wasm" -}}
{{- range include "twinfold.pools" . | fromYaml -}}{{- if eq .pool "gpu" -}}{{- $usual = "webgpu" -}}{{- end -}}{{- end -}}
{{- default $usual .Values.backend -}}
{{- end -}}

{{- define "twinfold.image" -}}
{{- $image := ternary .root.Values.gpuImage .root.Values.image (hasKey .pool "gpu") -}}
{{- if $image.digest -}}
{{- printf "%s@%s" $image.repository $image.digest -}}
{{- else -}}
{{- printf "%s:%s" $image.repository (default .root.Chart.AppVersion $image.tag) -}}
{{- end -}}
{{- end -}}

{{- /*
How long Kubernetes waits after SIGTERM before it kills, s:

    drain_s             what computes may end
  + 20                  what did not is cancelled at its next checkpoint, and ended by force after this time (workers/runWorker.ts)
  + heartbeatTimeout_s  the last checkpoint and the answer reach a server that is just starting again
  + 10                  threads and connections close

so that it is above the heartbeat timeout whatever the drain is.
*/ -}}
{{- define "twinfold.grace" -}}
{{- add .Values.drain_s 20 .Values.heartbeatTimeout_s 10 -}}
{{- end -}}

{{- /* The command line of a worker: the one place in the chart that knows its options. */ -}}
{{- define "twinfold.arguments" -}}
- worker
- --pool
- {{ .pool.pool }}
- --queues
- {{ .root.Values.temporal.queues | quote }}
- --store
- {{ .root.Values.store.address | quote }}
- --backend
- {{ include "twinfold.backend" .root | quote }}
- --slots
- {{ .pool.slots | quote }}
- --drain
- {{ .root.Values.drain_s | quote }}
- --metrics
- {{ printf "0.0.0.0:%v" .root.Values.metrics.port | quote }}
{{- if .pool.memory_MB }}
- --memory
- {{ .pool.memory_MB | quote }}
{{- end }}
{{- if .root.Values.versioning.deployment }}
- --deployment
- {{ .root.Values.versioning.deployment | quote }}
- --build-id
- {{ required "versioning.buildId: a versioned deployment needs one" .root.Values.versioning.buildId | quote }}
{{- end }}
{{- end -}}

{{- /* The environment of a worker: names of files and addresses, never a secret. */ -}}
{{- define "twinfold.environment" -}}
- name: TEMPORAL_ADDRESS
  value: {{ .Values.temporal.address | quote }}
- name: TEMPORAL_NAMESPACE
  value: {{ .Values.temporal.namespace | quote }}
{{- with .Values.temporal.tls }}
{{- if .secretName }}
- name: TEMPORAL_TLS_SERVER_CA_CERT_PATH
  value: /secrets/tls/ca.crt
{{- if .isMutual }}
- name: TEMPORAL_TLS_CLIENT_CERT_PATH
  value: /secrets/tls/tls.crt
- name: TEMPORAL_TLS_CLIENT_KEY_PATH
  value: /secrets/tls/tls.key
{{- end }}
{{- if .serverName }}
- name: TEMPORAL_TLS_SERVER_NAME
  value: {{ .serverName | quote }}
{{- end }}
{{- end }}
{{- end }}
{{- if .Values.temporal.apiKey.secretName }}
- name: TEMPORAL_API_KEY_FILE
  value: /secrets/api-key/api-key
{{- end }}
{{- if .Values.temporal.codecKeys.secretName }}
- name: TWINFOLD_CODEC_KEY_FILE
  value: /secrets/codec/codec-keys.json
{{- end }}
{{- if .Values.store.credentialsSecret }}
- name: AWS_SHARED_CREDENTIALS_FILE
  value: /secrets/store/credentials
{{- end }}
{{- if .Values.store.endpoint }}
- name: AWS_ENDPOINT_URL_S3
  value: {{ .Values.store.endpoint | quote }}
{{- end }}
{{- if .Values.store.region }}
- name: AWS_REGION
  value: {{ .Values.store.region | quote }}
{{- end }}
{{- end -}}

{{- define "twinfold.mounts" -}}
- { name: scratch, mountPath: /tmp }
{{- if .Values.temporal.tls.secretName }}
- { name: tls, mountPath: /secrets/tls, readOnly: true }
{{- end }}
{{- if .Values.temporal.apiKey.secretName }}
- { name: api-key, mountPath: /secrets/api-key, readOnly: true }
{{- end }}
{{- if .Values.temporal.codecKeys.secretName }}
- { name: codec, mountPath: /secrets/codec, readOnly: true }
{{- end }}
{{- if .Values.store.credentialsSecret }}
- { name: store-credentials, mountPath: /secrets/store, readOnly: true }
{{- end }}
{{- if .Values.store.existingClaim }}
- { name: store, mountPath: /store }
{{- end }}
{{- if .Values.data.existingClaim }}
- { name: data, mountPath: {{ .Values.data.mountPath | quote }}, readOnly: true }
{{- end }}
{{- end -}}

{{- /* Files of Secrets are readable by their group, which is the workers’ (fsGroup), and by nobody else. */ -}}
{{- define "twinfold.volumes" -}}
- name: scratch
  emptyDir: {}
{{- if .Values.temporal.tls.secretName }}
- name: tls
  secret:
    secretName: {{ .Values.temporal.tls.secretName }}
    defaultMode: 0440
{{- end }}
{{- if .Values.temporal.apiKey.secretName }}
- name: api-key
  secret:
    secretName: {{ .Values.temporal.apiKey.secretName }}
    defaultMode: 0440
    items:
      - { key: {{ .Values.temporal.apiKey.key | quote }}, path: api-key }
{{- end }}
{{- if .Values.temporal.codecKeys.secretName }}
- name: codec
  secret:
    secretName: {{ .Values.temporal.codecKeys.secretName }}
    defaultMode: 0440
    items:
      - { key: {{ .Values.temporal.codecKeys.key | quote }}, path: codec-keys.json }
{{- end }}
{{- if .Values.store.credentialsSecret }}
- name: store-credentials
  secret:
    secretName: {{ .Values.store.credentialsSecret }}
    defaultMode: 0440
    items:
      - { key: credentials, path: credentials }
{{- end }}
{{- if .Values.store.existingClaim }}
- name: store
  persistentVolumeClaim:
    claimName: {{ .Values.store.existingClaim }}
{{- end }}
{{- if .Values.data.existingClaim }}
- name: data
  persistentVolumeClaim:
    claimName: {{ .Values.data.existingClaim }}
    readOnly: true
{{- end }}
{{- end -}}
