using Vascular.Acquisition.Publishing;
using Vascular.Processing.Vocabulary;

namespace Vascular.Acquisition.Examinations;

/// <summary>A bundle that an act makes.</summary>
/// <param name="Binding">Whose report it is: report and findings of each binding have their own identifiers.</param>
public sealed record Sending(int Binding, ReportStatus Status);

/// <summary>What is accepted, act by act: the difference the newest act made, and the bundles it makes. A function of the acts alone, so that
/// a recovery comes to the same bundles.</summary>
/// <remarks>What consumers hold follows at once: an act that changes a finding which went out makes a bundle of its own. What they do not hold yet waits for
/// "send now" or the end; after the end nothing waits. A repeat makes no bundle: the attempt that no longer counts is withdrawn in the bundle its successor goes in.</remarks>
public sealed class AcceptanceLedger
{
    private readonly Dictionary<Guid, Held> _held = [];
    private readonly Dictionary<Guid, Finding> _known = [];
    private Dictionary<AcceptedVersion, Finding> _standing = [];
    private bool _isOut;
    private bool _isSheetUnsaid;

    /// <summary>Accepted by the newest act.</summary>
    public IReadOnlyList<Finding> Accepted { get; private set; } = [];

    /// <summary>Accepted before the newest act and no longer.</summary>
    public IReadOnlyList<Finding> Withdrawn { get; private set; } = [];

    /// <summary>Bundles of the newest act, in order; two when the patient of something that went out is corrected.</summary>
    public IReadOnlyList<Sending> Sendings { get; private set; } = [];

    /// <summary>Everything that was ever accepted, as it was accepted last, by its identifier.</summary>
    public IReadOnlyDictionary<Guid, Finding> Known => _known;

    /// <summary>Why "send now" has nothing to send; null when it has.</summary>
    public string? WhyNotSend() =>
        !_isOut && _standing.Count == 0 ? "nothing is accepted: accept what is to be sent first"
        : IsUnsaid() || _isSheetUnsaid ? null
        : "nothing has changed since the last bundle";

    /// <summary>Takes note of an act the fold has applied.</summary>
    public void Next(ExaminationFold fold, NumberedAct act)
    {
        ArgumentNullException.ThrowIfNull(fold);
        ArgumentNullException.ThrowIfNull(act);
        Dictionary<AcceptedVersion, Finding> now = fold.Findings.Where(fold.IsAccepted).ToDictionary(f => new AcceptedVersion(f.Id, f.Version));
        Accepted = [.. now.Where(f => !_standing.ContainsKey(f.Key)).Select(f => f.Value)];
        Withdrawn = [.. _standing.Where(f => !now.ContainsKey(f.Key)).Select(f => f.Value)];
        _standing = now;
        foreach (Finding finding in Accepted)
        {
            _known[finding.Id] = finding;
        }

        Sendings = [.. Decide(fold, act)];
        foreach (Sending sending in Sendings)
        {
            NoteSent(sending);
            fold.Evidence.NoteSent(sending);
        }

        _isSheetUnsaid = fold.Evidence.IsUnsaid;
    }

    private IEnumerable<Sending> Decide(ExaminationFold fold, NumberedAct act)
    {
        ReportStatus status = fold.IsEnded ? ReportStatus.Preliminary : ReportStatus.Partial;
        int binding = fold.Acts.Binding;
        if (act.Act is Act.Patient)
        {
            if (!_isOut)
            {
                yield break;
            }

            yield return new Sending(binding - 1, ReportStatus.EnteredInError);
            if (_standing.Count > 0 || fold.IsEnded)
            {
                yield return new Sending(binding, status);
            }
        }
        else if (act.Act is Act.Send or Act.End || (fold.IsEnded && (IsUnsaid() || fold.Evidence.IsUnsaid)) || fold.Evidence.MustFollow || MustFollow(fold, act))
        {
            yield return new Sending(binding, status);
        }
    }

    /// <summary>Something is accepted that did not go out in this version, or went out and is accepted no longer.</summary>
    private bool IsUnsaid() => _held.Values.Any(IsOutdated) || _standing.Keys.Any(f => !_held.ContainsKey(f.Id));

    private bool MustFollow(ExaminationFold fold, NumberedAct act)
    {
        Held[] outdated = [.. _held.Values.Where(IsOutdated)];
        return act.Act switch
        {
            // the attempt counts no longer; what was sent of it stays out until the next one is accepted
            Act.Start or Act.Stop or Act.Repeat => false,
            Act.Undo undo when Array.Exists(outdated, h => fold.Acts.AcceptOf(h.Finding.Id)?.Number == undo.Number) => true,
            _ => Array.Exists(outdated, h => Accepted.Concat(Withdrawn).Any(f => f.Id == h.Finding.Id) || Accepted.Any(f => Replaces(f, h.Finding))),
        };
    }

    private bool IsOutdated(Held held) => held.IsAccepted
        ? !_standing.ContainsKey(new AcceptedVersion(held.Finding.Id, held.Finding.Version))
        : _standing.Keys.Any(f => f.Id == held.Finding.Id);

    private static bool Replaces(Finding later, Finding earlier) =>
        (later.Step, later.Measure, later.Site) == (earlier.Step, earlier.Measure, earlier.Site) && later.Attempt > earlier.Attempt;

    private void NoteSent(Sending sending)
    {
        if (sending.Status == ReportStatus.EnteredInError)
        {
            // nobody holds anything of the binding that holds now
            _held.Clear();
            _isOut = false;
            return;
        }

        foreach ((Guid id, Held held) in _held.ToArray())
        {
            _held[id] = held with { IsAccepted = false };
        }

        foreach (Finding finding in _standing.Values)
        {
            _held[finding.Id] = new Held(finding, IsAccepted: true);
        }

        _isOut = true;
    }

    /// <summary>What consumers hold of a finding.</summary>
    private sealed record Held(Finding Finding, bool IsAccepted);
}
