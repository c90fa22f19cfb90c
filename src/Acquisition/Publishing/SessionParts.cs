using Vascular.Acquisition.Publishing.Fhir;
using Vascular.Acquisition.Publishing.Mqtt;

namespace Vascular.Acquisition.Publishing;

/// <summary>A report as messages none of which is larger than a broker takes: one where it fits, else waveforms leave for further messages.</summary>
/// <remarks>A pure function. A waveform that is too large for a message of its own goes without its samples and says so; what was sent once
/// in one form keeps that form, since the same version of an observation may never have two contents. Decision 0014.</remarks>
public static class SessionParts
{
    /// <summary>Bytes of a whole MQTT packet when the site says nothing else: what the embedded broker takes.</summary>
    public const int DefaultLargestPacket = 1 << 20;

    /// <summary>A report without its waveforms fits: the largest protocol of this version takes half of it.</summary>
    public const int SmallestLargestPacket = 1 << 16;

    /// <param name="largestPacket">Bytes of the whole MQTT packet, properties included.</param>
    /// <param name="sentBefore">Findings whose samples were looked at in an earlier bundle, in the same version: true where they were left out.</param>
    /// <returns>The messages in order. One that holds nothing that could leave may still be too large: it is committed, and owed until a broker takes it.</returns>
    /// <exception cref="ArgumentException">The report cannot be mapped, see <see cref="SessionBundle"/>.</exception>
    public static IReadOnlyList<SessionMessage> Of(SessionReport report, int largestPacket, IReadOnlyDictionary<Guid, bool>? sentBefore = null)
    {
        ArgumentNullException.ThrowIfNull(report);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(largestPacket);
        SessionReport kept = WithForms(report, sentBefore ?? new Dictionary<Guid, bool>());
        if (Fits(SessionMessage.Whole(kept), largestPacket))
        {
            return [SessionMessage.Whole(kept)];
        }

        SessionReport fitting = WithoutTooLarge(kept, largestPacket, sentBefore);
        return Fits(SessionMessage.Whole(fitting), largestPacket) ? [SessionMessage.Whole(fitting)] : Parts(fitting, largestPacket);
    }

    /// <summary>Upper bound of the whole packet, bytes.</summary>
    public static long Size(SessionMessage message)
    {
        SessionEnvelope envelope = SessionEnvelope.Of(message, sequence: 0);   // always 20 digits
        return PacketSize.Of(new Letter(envelope.Topic, SessionBundle.Bytes(message), SessionEnvelope.ContentType, envelope.Properties, null, false, 1));
    }

    /// <summary>Whether the observation of a finding carries samples: the only thing that can leave a bundle.</summary>
    public static bool HasSamples(ReportedFinding reported)
    {
        ArgumentNullException.ThrowIfNull(reported);
        return FindingObservation.IsWaveform(reported.Finding) && !reported.SamplesLeftOut;
    }

    private static SessionReport WithForms(SessionReport report, IReadOnlyDictionary<Guid, bool> sentBefore) => report with
    {
        Findings = [.. report.Findings.Select(f => FindingObservation.IsWaveform(f.Finding) && sentBefore.TryGetValue(f.Finding.Id, out bool leftOut) ? f with { SamplesLeftOut = leftOut } : f)],
    };

    private static SessionReport WithoutTooLarge(SessionReport report, int largestPacket, IReadOnlyDictionary<Guid, bool>? sentBefore)
    {
        int most = MostParts(report);
        return report with
        {
            Findings = [.. report.Findings.Select(f =>
                HasSamples(f) && sentBefore?.ContainsKey(f.Finding.Id) != true && !Fits(SessionMessage.PartOf(report, most, most, [f]), largestPacket)
                    ? f with { SamplesLeftOut = true }
                    : f)],
        };
    }

    /// <summary>Part 1 without any waveform, then the waveforms in their order, as many to a part as fit.</summary>
    private static List<SessionMessage> Parts(SessionReport report, int largestPacket)
    {
        int most = MostParts(report);
        List<List<ReportedFinding>> parts = [[.. report.Findings.Where(f => !HasSamples(f))]];
        foreach (ReportedFinding waveform in report.Findings.Where(HasSamples))
        {
            // measured under the longest number it could get
            if (parts.Count > 1 && Fits(SessionMessage.PartOf(report, most, most, [.. parts[^1], waveform]), largestPacket))
            {
                parts[^1].Add(waveform);
            }
            else
            {
                parts.Add([waveform]);
            }
        }

        return [.. parts.Select((findings, index) => SessionMessage.PartOf(report, index + 1, parts.Count, findings))];
    }

    private static int MostParts(SessionReport report) => 1 + report.Findings.Count(HasSamples);

    private static bool Fits(SessionMessage message, int largestPacket) => Size(message) <= largestPacket;
}
