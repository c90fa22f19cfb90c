using System.Globalization;
using Hl7.Fhir.Model;
using Vascular.Processing.Vocabulary;

namespace Vascular.Acquisition.Publishing.Fhir;

/// <summary>A waveform whose samples no message of the site can carry: what is said in their place.</summary>
public static class LeftOutSamples
{
    private const decimal NanosecondsInSecond = 1_000_000_000m;

    /// <summary>For people, in <c>dataAbsentReason</c>.</summary>
    public static string Why(Finding finding)
    {
        ArgumentNullException.ThrowIfNull(finding);
        FindingTrace trace = finding.Trace!;
        return string.Create(
            CultureInfo.InvariantCulture,
            $"The {trace.Samples.Count} samples are larger than a message of this site. They are on the station's recording from {Seconds(trace.FromAtNs)} s on, every {trace.PeriodNs / 1e6m:0.######} ms.");
    }

    /// <summary>For programs: a flag, and the interval of the recording (whose hash is in the Provenance) that has the samples.</summary>
    public static void Mark(Finding finding, Observation observation)
    {
        ArgumentNullException.ThrowIfNull(finding);
        ArgumentNullException.ThrowIfNull(observation);
        FindingTrace trace = finding.Trace!;
        observation.Interpretation.Add(new CodeableConcept { Coding = [new Coding(Systems.Flag, "samples-left-out")] });
        observation.Component.Add(new Observation.ComponentComponent
        {
            Code = new CodeableConcept { Text = "recording-interval" },
            Value = new Hl7.Fhir.Model.Range
            {
                Low = Quantity(trace.FromAtNs),
                High = Quantity(trace.FromAtNs + (trace.PeriodNs * (trace.Samples.Count - 1))),
            },
        });
    }

    private static Quantity Quantity(long atNs) => new() { Value = Seconds(atNs), Unit = "s", System = Systems.Ucum, Code = "s" };

    /// <summary>Seconds of tape time, exact to the nanosecond.</summary>
    private static decimal Seconds(long atNs) => atNs / NanosecondsInSecond;
}
