// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/kubernetes/decoder.h"
#include "core/kubernetes/wire.h"

namespace sextant::kubernetes {

/// `options` with the defaults where it names no labels.
DecodeOptions withDefaults(DecodeOptions options);

/// One set of rules from what stood on the wire to a draft, whichever format it came in. Pure; any thread.
PodDraft draftOf(const wire::Pod &pod, const DecodeOptions &options);
NodeDraft draftOf(const wire::Node &node, const DecodeOptions &options);
NamespaceDraft draftOf(const wire::Namespace &object, const DecodeOptions &options);
WorkloadDraft draftOf(const wire::Workload &workload, WorkloadKind kind, const DecodeOptions &options);
ApiStatus apiStatusOf(const wire::Status &status);

} // namespace sextant::kubernetes
