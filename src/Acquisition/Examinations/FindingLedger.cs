using System.Security.Cryptography;
using Vascular.Acquisition.Capture;
using Vascular.Processing.Vocabulary;

namespace Vascular.Acquisition.Examinations;

/// <summary>Findings as they stand and their versions. A version rises only when the finding changes.</summary>
public sealed class FindingLedger
{
    private readonly Dictionary<Guid, (int Version, byte[] Content)> _known = [];
    private readonly Dictionary<(Guid Finding, string Sha256), int> _versions = [];
    private readonly List<Finding> _steps = [];
    private readonly List<Finding> _derived = [];

    public IReadOnlyList<Finding> Current => [.. _steps, .. _derived];

    /// <summary>Puts the drafts (version 0) in the place of what stood; calls <paramref name="changed"/> for each new or changed one.</summary>
    /// <param name="returned">Called first where a finding is bit for bit again what an earlier version of it was, as after an undo that was undone.</param>
    public IReadOnlyList<Finding> Replace(IReadOnlyList<Finding> drafts, bool derived, Action<Finding> changed, Action<AcceptedVersion, AcceptedVersion> returned)
    {
        ArgumentNullException.ThrowIfNull(returned);
        ArgumentNullException.ThrowIfNull(drafts);
        ArgumentNullException.ThrowIfNull(changed);
        List<Finding> current = derived ? _derived : _steps;
        current.Clear();
        foreach (Finding draft in drafts)
        {
            byte[] content = FindingRecord.ToBytes(draft with { Version = 0 });
            bool isNew = !_known.TryGetValue(draft.Id, out (int Version, byte[] Content) last);
            bool differs = isNew || !content.AsSpan().SequenceEqual(last.Content);
            int version = last.Version + (differs ? 1 : 0);
            _known[draft.Id] = (version, content);
            Finding finding = draft with { Version = version };
            current.Add(finding);
            if (!differs)
            {
                continue;
            }

            (Guid, string) key = (draft.Id, Convert.ToHexStringLower(SHA256.HashData(content)));
            if (_versions.TryGetValue(key, out int earlier))
            {
                returned(new AcceptedVersion(draft.Id, earlier), new AcceptedVersion(draft.Id, version));
            }

            _versions[key] = version;
            changed(finding);
        }

        return current;
    }
}
