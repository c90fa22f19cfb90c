using System.Globalization;
using System.Text;
using Vascular.Acquisition.Publishing;
using Vascular.Acquisition.Records;
using Vascular.Processing.Staging;
using Vascular.Processing.Vocabulary;

namespace Vascular.Acquisition.Examinations;

/// <summary>Who signed an evidence sheet, and when.</summary>
public sealed record EvidenceSignature(int Act, string By, DateTimeOffset At);

/// <summary>The evidence sheet of one limb as the acts of an examination left it.</summary>
/// <param name="Binding">Patient binding it belongs to: answers about one person are never taken over to another.</param>
/// <param name="Version">From 1; rises only when the sheet changes. What a signature names.</param>
/// <param name="Signature">Null while nobody has signed what stands.</param>
/// <param name="IsEntered">Somebody entered something, and it stands.</param>
public sealed record StandingEvidence(int Binding, ExaminationEvidence Evidence, int Version, EvidenceSignature? Signature, bool IsEntered)
{
    /// <summary>Something else was signed before this.</summary>
    public bool IsAmended { get; init; }

    /// <summary>It went out at least once.</summary>
    public bool WentOut { get; init; }

    /// <summary>The acts that made it, oldest first, those undone included.</summary>
    public IReadOnlyList<EvidenceStep> History { get; init; } = [];

    public Side Side => Evidence.Entries.Side;
}

/// <summary>One act of a sheet's history.</summary>
/// <param name="What">In words.</param>
/// <param name="Stands">False: it was undone.</param>
/// <param name="IsEntry">An entry or a signature; false: the taking back of one.</param>
public sealed record EvidenceStep(int Act, string By, DateTimeOffset At, string What, bool Stands, bool IsEntry);

/// <summary>The evidence sheets of an examination, act by act: what was entered, signed, and went out. A function of the acts and the findings alone.</summary>
/// <remarks>A signature covers what stood when it was given: answers, and every finding they rest on. When any of it changes the sheet is unsigned again. Entries wait for the
/// signature, for "send now" or for the end, as findings wait for acceptance; a signature that was sent and no longer holds is followed at once. docs/decisions/0035.</remarks>
public sealed class EvidenceLedger
{
    private readonly Dictionary<(int Binding, Side Side), Sheet> _sheets = [];
    private int _binding;

    /// <summary>The sheet of a limb under the patient of now, entered or not; null before a patient is named.</summary>
    public StandingEvidence? Of(Side side) => _sheets.GetValueOrDefault((_binding, side))?.Standing;

    /// <summary>Every sheet a report may have to say something of, whatever its binding.</summary>
    public IReadOnlyList<StandingEvidence> Reported => [.. _sheets.Values.Select(s => s.Standing!).Where(s => s.IsEntered || s.WentOut)];

    /// <summary>A signed sheet has not gone out as it stands.</summary>
    public bool IsUnsaid => Current.Any(s => s is { Standing: { Signature: not null } standing } && s.SentVersion != standing.Version);

    /// <summary>What went out holds no longer: its signature is gone, or everything entered was taken back.</summary>
    public bool MustFollow => Current.Any(s => (s.SentSigned && s.Standing is { Signature: null }) || (s is { SentVersion: not null, SentEmpty: false } && s.Standing is { IsEntered: false }));

    private IEnumerable<Sheet> Current => _sheets.Where(s => s.Key.Binding == _binding).Select(s => s.Value);

    /// <summary>Takes note of an act the fold has applied.</summary>
    public void Next(ExaminationFold fold)
    {
        ArgumentNullException.ThrowIfNull(fold);
        _binding = fold.Acts.Binding;
        if (_binding == 0 || fold.Settings is null)
        {
            return;
        }

        foreach (Side side in (Side[])[Side.Right, Side.Left])
        {
            if (!_sheets.TryGetValue((_binding, side), out Sheet? sheet))
            {
                _sheets[(_binding, side)] = sheet = new Sheet(_binding, side);
            }

            sheet.Next(fold);
        }
    }

    /// <summary>A bundle of a binding went out.</summary>
    public void NoteSent(Sending sending)
    {
        ArgumentNullException.ThrowIfNull(sending);
        foreach (Sheet sheet in _sheets.Where(s => s.Key.Binding == sending.Binding).Select(s => s.Value))
        {
            sheet.NoteSent(sending.Status);
        }
    }

    private sealed class Sheet(int binding, Side side)
    {
        private readonly Dictionary<int, string> _says = [];
        private readonly HashSet<string> _signed = new(StringComparer.Ordinal);
        private string? _whole;
        private int _version;

        public StandingEvidence? Standing { get; private set; }

        public int? SentVersion { get; private set; }

        public bool SentSigned { get; private set; }

        public bool SentEmpty { get; private set; }

        public void Next(ExaminationFold fold)
        {
            int named = fold.Acts.Patients[^1].Number;
            NumberedAct[] acts = [.. fold.Acts.All.Where(a => a.Number > named && IsOf(a.Act))];
            NumberedAct[] undos = [.. fold.Acts.All.Where(a => a.Act is Act.Undo undo && Array.Exists(acts, one => one.Number == undo.Number))];
            NumberedAct[] standing = [.. acts.Where(a => fold.Acts.Stands(a.Number))];
            EvidenceEntries entries = standing.Where(a => a.Act is Act.Evidence)
                .Aggregate(EvidenceEntries.Nothing(side), (all, a) => all.With(((Act.Evidence)a.Act).What, a.User, At(fold, a)));
            ExaminationEvidence evidence = ExaminationEvidence.Standing(fold, entries);
            string says = Says(evidence);
            EvidenceSignature? signature = null;
            if (standing.LastOrDefault(a => a.Act is Act.SignEvidence) is { } sign && _says.GetValueOrDefault(((Act.SignEvidence)sign.Act).Version) == says)
            {
                signature = new EvidenceSignature(sign.Number, sign.User, At(fold, sign));
                _signed.Add(says);
            }

            string whole = $"{says}\n{entries.EnteredBy}\n{entries.EnteredAt:O}\n{signature?.Act}";
            if (whole != _whole)
            {
                (_whole, _version) = (whole, _version + 1);
                _says[_version] = says;
            }

            Standing = new StandingEvidence(binding, evidence, _version, signature, standing.Any(a => a.Act is Act.Evidence))
            {
                IsAmended = signature is not null && _signed.Count > 1,
                WentOut = SentVersion is not null,
                History = [.. acts.Concat(undos).OrderBy(a => a.Number).Select(a => new EvidenceStep(a.Number, a.User, At(fold, a), What(a.Act), fold.Acts.Stands(a.Number), a.Act is not Act.Undo))],
            };
        }

        public void NoteSent(ReportStatus status)
        {
            if (status == ReportStatus.EnteredInError || Standing is not { } standing || !(standing.IsEntered || standing.WentOut))
            {
                return;
            }

            (SentVersion, SentSigned, SentEmpty) = (standing.Version, standing.Signature is not null, !standing.IsEntered);
            Standing = standing with { WentOut = true };
        }

        private bool IsOf(Act act) => (act is Act.Evidence entered && entered.Side == side) || (act is Act.SignEvidence signed && signed.Side == side);

        private static DateTimeOffset At(ExaminationFold fold, NumberedAct act) => UtcNs.ToTime(fold.Anchor?.UtcOf(act.AtNs) ?? 0);

        private static string What(Act act) => act switch
        {
            Act.SignEvidence signed => string.Create(CultureInfo.InvariantCulture, $"signed version {signed.Version}"),
            Act.Undo undo => string.Create(CultureInfo.InvariantCulture, $"act {undo.Number} taken back"),
            Act.Evidence { What: var what } => string.Join("; ", Words(what)),
            _ => act.Kind,
        };

        private static IEnumerable<string> Words(EvidenceEntered what)
        {
            foreach (ChecklistQuestion question in ChecklistQuestion.All.Where(q => what.Answers.ContainsKey(q.Key)))
            {
                yield return $"{question.Text}: {what.Answers[question.Key].Answer switch { ChecklistAnswer.Yes => "yes", ChecklistAnswer.No => "no", _ => "not answered" }}";
            }

            if (what.Advisory is not null || what.Wifi is not null || what.Rutherford is not null || what.Scores is not null)
            {
                yield return "what stands beside the steps";
            }
        }

        /// <summary>What a signature covers: every word of the sheet, and the findings by their identifiers.</summary>
        private static string Says(ExaminationEvidence evidence)
        {
            StringBuilder says = new();
            says.Append(evidence.Sheet.State).Append('\n').Append(evidence.RuleVersion).Append('\n');
            foreach (EvidenceLine line in evidence.Sheet.Lines)
            {
                says.Append(line.Question.Key).Append(' ').Append(line.Answer).Append('\n');
                says.AppendJoin('\n', line.Support.Select(s => string.Create(CultureInfo.InvariantCulture, $"{s.Kind} {s.Reference} {s.Words.Length} {s.Words}"))).Append('\n');
            }

            return says.AppendJoin('\n', evidence.Sheet.Missing).Append('\n').AppendJoin('\n', evidence.Beside).ToString();
        }
    }
}
