using Vascular.Acquisition.Publishing;
using Vascular.Processing.Vocabulary;

namespace Vascular.Acquisition.Examinations;

/// <summary>What a report needs that is not on the tape: names of the place.</summary>
public sealed record ReportPlace(string Site, string Gateway, string SoftwareVersion);

/// <summary>The whole examination as accepted, ready to be sent. A pure function of the fold.</summary>
public static class ReportOf
{
    /// <param name="resultVersion">From 1, by 1 for each bundle of the examination.</param>
    public static SessionReport Examination(Guid examination, ExaminationFold fold, ReportPlace place, int resultVersion, ReadOnlyMemory<byte> recordingSha256)
    {
        ArgumentNullException.ThrowIfNull(fold);
        ArgumentNullException.ThrowIfNull(place);
        ActLedger acts = fold.Acts;
        Act.Patient patient = acts.Patient ?? throw new InvalidOperationException("An examination without a patient cannot be reported.");
        NumberedAct last = acts.All[^1];
        return new SessionReport
        {
            MessageId = Identifiers.Version5(examination, FormattableString.Invariant($"bundle/{resultVersion}")),
            Examination = examination,
            ResultVersion = resultVersion,
            Status = fold.IsEnded ? ReportStatus.Preliminary : ReportStatus.Partial,
            Site = place.Site,
            Gateway = place.Gateway,
            SoftwareVersion = place.SoftwareVersion,
            Test = fold.Settings!.Simulated,
            Patient = new ReportPatient(patient.System, patient.Value, patient.Gender),
            Order = patient.Placer is null && patient.Accession is null && patient.Reason is null
                ? null
                : new ReportOrder(patient.PlacerSystem, patient.Placer, patient.AccessionSystem, patient.Accession, patient.Reason),
            Started = At(fold, 0),
            Ended = At(fold, last.AtNs),
            Issued = At(fold, last.AtNs),
            Technician = acts.Accepted.Values.Select(a => a.User).LastOrDefault() ?? last.User,
            Findings = [.. fold.Findings.Where(fold.IsAccepted).Select(f => Reported(fold, f))],
            Devices = [.. fold.Channels.Select(Device)],
            RecordingSha256 = Convert.ToHexStringLower(recordingSha256.Span),
            RuleVersion = fold.Settings.RuleVersion,
        };
    }

    private static ReportedFinding Reported(ExaminationFold fold, Finding finding)
    {
        NumberedAct accepted = fold.Acts.Accepted[new AcceptedVersion(finding.Id, finding.Version)];
        bool onTape = finding.ToAtNs > 0;
        return new ReportedFinding(
            finding,
            At(fold, onTape ? finding.FromAtNs : accepted.AtNs),
            At(fold, onTape ? finding.ToAtNs : accepted.AtNs),
            accepted.User,
            At(fold, accepted.AtNs));
    }

    private static ReportedDevice Device(Channel channel)
    {
        (string kind, string mdcType) = channel.Settings.Protocol switch
        {
            "par" => ("Cuff pressure module (PAR family)", "70686"),
            ChannelSettings.Tcm4 => ("Transcutaneous oxygen monitor (TCM4/40, analogue outputs)", "70710"),
            _ => ("Pulse oximeter (Nonin data format 7)", "70774"),
        };
        return new ReportedDevice(channel.Settings.Name, kind, mdcType, channel.Identity, channel.Settings.Simulated);
    }

    /// <summary>Wall time of a tape instant: anchor plus AtNs, computed only here, at the edge.</summary>
    private static DateTimeOffset At(ExaminationFold fold, long atNs) =>
        DateTimeOffset.UnixEpoch.AddTicks((fold.Anchor?.UtcOf(atNs) ?? 0) / 100);
}
