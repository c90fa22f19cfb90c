using System.Globalization;
using Vascular.Acquisition.Publishing;
using Vascular.Acquisition.Tests.Publishing;
using Vascular.Processing.Vocabulary;

namespace Vascular.Acquisition.Tests.Simulators;

/// <summary>An examination as a laboratory may live it, from a list of numbers: each is something that was done. Gives every report that was sent, and what is true at the end.</summary>
/// <remarks>The truth is kept here by hand, from what was done; it is not read from a report or a bundle.</remarks>
internal sealed class LaboratoryHistory
{
    /// <summary>Below it a short report fits; each curve needs a message of its own.</summary>
    public const int Limit = 16_000;
    private const int CurveSamples = 1100;
    private static readonly string[] Measures = ["toe-sys", "ppg-waveform", "brachial-sys"];

    private readonly Dictionary<(int Binding, int Kind), Held> findings = [];
    private readonly List<SessionReport> reports = [];
    private readonly Guid examination;
    private int binding = 1;
    private int patient = 1;
    private bool ended;
    private bool unsent;

    private LaboratoryHistory(Guid examination) => this.examination = examination;

    /// <summary>Everything sent, in order.</summary>
    public IReadOnlyList<SessionReport> Reports => reports;

    /// <summary>What must be on the chart: patient, and each finding with its version and what it prints.</summary>
    public (string Patient, string Status, IReadOnlyDictionary<string, string> Results)? Truth =>
        reports.Count == 0 || Sent().All(f => f.Withdrawn) ? null
        : (Name, ended ? "preliminary" : "partial", Sent().Where(f => !f.Withdrawn).ToDictionary(f => f.Finding.Id.ToString(), f => $"{f.Finding.Version} {f.Finding.Printed}"));

    public int Moves { get; private set; }

    public int Withdrawals { get; private set; }

    private string Name => string.Create(CultureInfo.InvariantCulture, $"PATIENT-{patient}");

    public static LaboratoryHistory Of(int examination, IEnumerable<byte> deeds)
    {
        LaboratoryHistory history = new(Identifiers.Version5(SeedSession.Examination, $"history/{examination}"));
        history.Accept(0);
        foreach (byte deed in deeds)
        {
            history.Do(deed);
        }

        if (history.unsent || history.reports.Count == 0)
        {
            history.Send();
        }

        return history;
    }

    private void Do(byte deed)
    {
        switch (deed % 7)
        {
            case 0 or 1:
                Accept(deed / 7 % Measures.Length);
                break;
            case 2:
                Change(deed / 7);
                break;
            case 3:
                Withdraw(deed / 7);
                break;
            case 4:
                ended = true;
                Send();
                break;
            case 5 when reports.Count > 0:
                Move();
                break;
            default:
                Send();
                break;
        }
    }

    /// <summary>A first acceptance, or again after a withdrawal: then the version goes on.</summary>
    private void Accept(int kind)
    {
        Held? before = findings.GetValueOrDefault((binding, kind));
        if (before is null or { Withdrawn: true })
        {
            findings[(binding, kind)] = new Held(Make(kind, (before?.Finding.Version ?? 0) + 1), Withdrawn: false);
            unsent = true;
        }
    }

    private void Change(int which)
    {
        if (Current().Where(f => !f.Value.Withdrawn).ToList() is { Count: > 0 } left)
        {
            ((int, int Kind) key, Held held) = left[which % left.Count];
            findings[key] = new Held(Make(key.Kind, held.Finding.Version + 1), Withdrawn: false);
            unsent = true;
        }
    }

    private void Withdraw(int which)
    {
        if (Current().Where(f => !f.Value.Withdrawn).ToList() is { Count: > 0 } left)
        {
            ((int, int) key, Held held) = left[which % left.Count];
            findings[key] = new Held(held.Finding with { Version = held.Finding.Version + 1 }, Withdrawn: true);
            unsent = true;
            Withdrawals++;
        }
    }

    /// <summary>It was the wrong patient: all is taken back there, and said again, with new ids, for the right one.</summary>
    private void Move()
    {
        List<KeyValuePair<(int Binding, int Kind), Held>> before = [.. Current()];
        foreach ((var key, Held held) in before)
        {
            findings[key] = new Held(held.Finding with { Version = held.Finding.Version + 1 }, Withdrawn: true);
        }

        Add(ReportStatus.EnteredInError);
        (binding, patient) = (binding + 1, patient + 1);
        foreach ((var key, Held held) in before.Where(f => !f.Value.Withdrawn))
        {
            findings[(binding, key.Kind)] = new Held(Make(key.Kind, 1) with { Printed = held.Finding.Printed }, Withdrawn: false);
        }

        Add(ended ? ReportStatus.Preliminary : ReportStatus.Partial);
        Moves++;
    }

    private void Send() => Add(ended ? ReportStatus.Preliminary : ReportStatus.Partial);

    private void Add(ReportStatus status)
    {
        int version = reports.Count + 1;
        reports.Add(SeedSession.Report([.. Sent().Select(f => SeedSession.Reported(f.Finding, f.Withdrawn))]) with
        {
            MessageId = Identifiers.Version5(examination, $"bundle/{version}"),
            Examination = examination,
            Binding = binding,
            ResultVersion = version,
            Status = status,
            Patient = new ReportPatient("urn:oid:2.999.1.1", Name, null),
        });
        unsent = false;
    }

    private IEnumerable<KeyValuePair<(int Binding, int Kind), Held>> Current() => findings.Where(f => f.Key.Binding == binding).OrderBy(f => f.Key.Kind);

    private IEnumerable<Held> Sent() => Current().Select(f => f.Value);

    private Finding Make(int kind, int version)
    {
        Finding finding = Measures[kind] == "ppg-waveform" ? SeedSession.Waveform(1, CurveSamples) : SeedSession.CuffPressure("step", Measures[kind], kind == 0 ? "R.TOE" : "R.ARM", 30 + version);
        return finding with
        {
            Id = Identifiers.Finding(examination, binding, finding.Step, 1, finding.Measure, finding.Site),
            Name = Identifiers.FindingName(binding, finding.Step, 1, finding.Measure, finding.Site),
            Version = version,
            Printed = string.Create(CultureInfo.InvariantCulture, $"{finding.Measure} as of {version}"),
        };
    }

    private sealed record Held(Finding Finding, bool Withdrawn);
}
