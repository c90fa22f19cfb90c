using Vascular.Acquisition.Publishing;
using Vascular.Processing.Vocabulary;

namespace Vascular.Acquisition.Examinations;

/// <summary>What a report needs that is not on the tape: names of the place.</summary>
public sealed record ReportPlace(string Site, string Gateway, string SoftwareVersion);

/// <summary>What the tape says, as of one act, for the bundles of that act; versions and states of the findings are the record's to say.</summary>
public sealed record ReportBasis
{
    public required ExaminationSettings Settings { get; init; }

    public required IReadOnlyList<ReportedDevice> Devices { get; init; }

    /// <summary>The patient of each binding, from 1, with the one who named it.</summary>
    public required IReadOnlyList<(Act.Patient Patient, string NamedBy)> Patients { get; init; }

    public required DateTimeOffset Started { get; init; }

    /// <summary>The end act's time; this act's while the examination runs.</summary>
    public required DateTimeOffset Ended { get; init; }

    /// <summary>This act's time.</summary>
    public required DateTimeOffset Issued { get; init; }

    public required string Technician { get; init; }

    /// <summary>This act corrected the patient.</summary>
    public required bool IsCorrection { get; init; }

    /// <summary>Findings as they stand, in the order of a report.</summary>
    public required IReadOnlyList<Guid> Order { get; init; }

    /// <summary>Evidence sheets of every binding that were entered, or went out and were taken back.</summary>
    public IReadOnlyList<StandingEvidence> Evidence { get; init; } = [];

    /// <summary>When a finding was accepted first: when it held, for one that rests on no interval of the tape.</summary>
    public required Func<Guid, DateTimeOffset> Said { get; init; }

    /// <summary>Wall time of a tape instant: anchor plus AtNs, computed only here, at the edge.</summary>
    public required Func<long, DateTimeOffset> At { get; init; }
}

/// <summary>The whole examination as accepted, ready to be sent.</summary>
public static class ReportOf
{
    /// <summary>What the fold says now. A pure function of it, and of nothing after it.</summary>
    public static ReportBasis Basis(ExaminationFold fold)
    {
        ArgumentNullException.ThrowIfNull(fold);
        ActLedger acts = fold.Acts;
        NumberedAct last = acts.All[^1];
        TapeTimes times = new(fold);
        Dictionary<Guid, DateTimeOffset> said = acts.All.SelectMany(a => a.Act is Act.Accept accept ? accept.Findings.Select(f => f.Id) : [])
            .Concat(fold.Findings.Select(f => f.Id)).Distinct()
            .ToDictionary(id => id, id => times.At(acts.AcceptOf(id)?.AtNs ?? last.AtNs));
        return new ReportBasis
        {
            Settings = fold.Settings!,
            Devices = [.. fold.Channels.Select(Device)],
            Patients = [.. acts.Patients.Select(a => ((Act.Patient)a.Act, a.User))],
            Started = times.At(0),
            Ended = times.At((acts.All.LastOrDefault(a => a.Act is Act.End) ?? last).AtNs),
            Issued = times.At(last.AtNs),
            Technician = (acts.LastStanding(a => a is Act.Accept) ?? acts.All.LastOrDefault(a => a.Act is Act.Accept) ?? acts.All[0]).User,
            IsCorrection = last.Act is Act.Patient,
            Order = [.. fold.Findings.Select(f => f.Id)],
            Evidence = fold.Evidence.Reported,
            Said = id => said.GetValueOrDefault(id, times.At(last.AtNs)),
            At = times.At,
        };
    }

    /// <summary>A finding of the record as it stands in a report.</summary>
    public static ReportedFinding Finding(ReportBasis basis, Finding finding, string acceptedBy, DateTimeOffset acceptedAt, bool withdrawn)
    {
        ArgumentNullException.ThrowIfNull(basis);
        ArgumentNullException.ThrowIfNull(finding);
        bool onTape = finding.ToAtNs > 0;
        return new ReportedFinding(
            finding,
            onTape ? basis.At(finding.FromAtNs) : basis.Said(finding.Id),
            onTape ? basis.At(finding.ToAtNs) : basis.Said(finding.Id),
            acceptedBy,
            acceptedAt,
            withdrawn);
    }

    /// <param name="message">CloudEvent id of the bundle.</param>
    /// <param name="findings">Those of the binding, withdrawn ones included, in any order.</param>
    /// <param name="resultVersion">From 1, by 1 for each bundle of the examination.</param>
    /// <param name="recordingSha256">Chain value of the sync that covers the act.</param>
    public static SessionReport Examination(
        Guid examination, ReportBasis basis, Sending sending, ReportPlace place, Guid message, int resultVersion, IReadOnlyList<ReportedFinding> findings, ReadOnlyMemory<byte> recordingSha256)
    {
        ArgumentNullException.ThrowIfNull(basis);
        ArgumentNullException.ThrowIfNull(sending);
        ArgumentNullException.ThrowIfNull(place);
        Act.Patient patient = basis.Patients[sending.Binding - 1].Patient;
        List<Guid> order = [.. basis.Order];
        return new SessionReport
        {
            MessageId = message,
            Examination = examination,
            Binding = sending.Binding,
            ResultVersion = resultVersion,
            Status = sending.Status,
            Site = place.Site,
            Gateway = place.Gateway,
            SoftwareVersion = place.SoftwareVersion,
            Test = basis.Settings.Simulated,
            Patient = new ReportPatient(patient.System, patient.Value, patient.Gender),
            Order = patient.Placer is null && patient.Accession is null && patient.Reason is null
                ? null
                : new ReportOrder(patient.PlacerSystem, patient.Placer, patient.AccessionSystem, patient.Accession, patient.Reason),
            Correction = basis.IsCorrection ? new ReportCorrection(basis.Patients[^1].NamedBy) : null,
            Started = basis.Started,
            Ended = basis.Ended,
            Issued = basis.Issued,
            Technician = basis.Technician,
            Findings = [.. findings.OrderBy(f => f.Withdrawn).ThenBy(f => f.Withdrawn ? 0 : order.IndexOf(f.Finding.Id)).ThenBy(f => f.Finding.Name, StringComparer.Ordinal)],
            Evidence = [.. basis.Evidence.Where(e => e.Binding == sending.Binding && (e.WentOut || sending.Status != ReportStatus.EnteredInError)).Select(e => Evidence(e, sending.Status))],
            Devices = basis.Devices,
            RecordingSha256 = Convert.ToHexStringLower(recordingSha256.Span),
            RuleVersion = basis.Settings.RuleVersion,
        };
    }

    private static ReportedEvidence Evidence(StandingEvidence sheet, ReportStatus status)
    {
        bool withdrawn = status == ReportStatus.EnteredInError || !sheet.IsEntered;
        return new ReportedEvidence(sheet.Evidence, sheet.Version + (status == ReportStatus.EnteredInError ? 1 : 0), withdrawn ? null : sheet.Signature, sheet.IsAmended, withdrawn)
        {
            EnteredBy = [.. sheet.Evidence.Entries.Answers.Values.Select(a => a.By).OfType<string>().Append(sheet.Evidence.Entries.EnteredBy).Where(by => by.Length > 0).Distinct(StringComparer.Ordinal)],
        };
    }

    private static ReportedDevice Device(Channel channel)
    {
        (string kind, string? mdcType) = channel.Settings.Protocol switch
        {
            "par" => ("Cuff pressure module (PAR family)", "70686"),
            ChannelSettings.Tcm4 => ("Transcutaneous oxygen monitor (TCM4/40, analogue outputs)", "70710"),
            "bmp280" => ("Barometer (BMP280)", null),
            "contec-v7" => ("Pulse oximeter (Contec protocol V7.0)", "70774"),
            ['n', 'o', 'n', 'i', 'n', .. var format] => ($"Pulse oximeter (Nonin data format {format})", "70774"),
            "oximeter-5byte-berry" or "oximeter-5byte-contec" => ("Pulse oximeter (five-byte protocol)", "70774"),
            "pulsesensor" => ("PulseSensor board", "70774"),
            "masimo" => ("Pulse oximeter (Masimo ASCII)", "70774"),
            "accupulse" => ("Reference manometer (AccuPulse)", "70686"),
            "intellivue" => ("Patient monitor (IntelliVue data export)", "70710"),
            "pcd01" => ("Gateway of monitors (IHE PCD-01)", "70710"),
            ChannelSettings.Mprls => ("Cuff pressure sensor (Honeywell MicroPressure)", "70686"),
            ChannelSettings.Mcp320x => ("Cuff pressure transducer (on an MCP320x converter)", "70686"),
            ChannelSettings.Hx711 => ("Cuff pressure transducer (bridge on an HX711)", "70686"),
            "max30102" => ("Pulse sensor (MAX30102)", "70774"),
            var protocol => ($"Device read as {protocol}", "70774"),
        };
        return new ReportedDevice(channel.Settings.Name, kind, mdcType, channel.Identity, channel.Settings.Simulated, channel.Waveform);
    }

    private sealed class TapeTimes(ExaminationFold fold)
    {
        private readonly long _zeroUtcNs = fold.Anchor?.UtcOf(0) ?? 0;

        public DateTimeOffset At(long atNs) => DateTimeOffset.UnixEpoch.AddTicks((_zeroUtcNs + atNs) / 100);
    }
}
