using System.Globalization;
using System.Text;
using Hl7.Fhir.Model;
using Vascular.Processing.Vocabulary;

namespace Vascular.Acquisition.Publishing.Fhir;

/// <summary>A trace as SampledData, in device counts; <c>E</c> where a sample was lost.</summary>
public static class Waveform
{
    private const decimal NanosecondsInMillisecond = 1_000_000m;

    /// <summary>What stands between the light and the counts, beside them: source, bit depth, rate, and whether amplitudes may be compared.</summary>
    public static void Describe(Vascular.Processing.Vocabulary.Waveform waveform, Observation observation)
    {
        ArgumentNullException.ThrowIfNull(waveform);
        ArgumentNullException.ThrowIfNull(observation);
        observation.Component.Add(Said("waveform-source", new FhirString(waveform.Source)));
        observation.Component.Add(Said("waveform-bit-depth", Quantities.Of(waveform.Bits, "bit")));
        observation.Component.Add(Said("waveform-rate", Quantities.Of(waveform.RateHz, "/s")));
        observation.Component.Add(Said("waveform-scaling", new FhirString(waveform.Scaling switch
        {
            WaveformScaling.Compressed => "compressed",
            WaveformScaling.UnknownGain => "unknown-gain",
            WaveformScaling.FixedGain => "fixed-gain",
            _ => "unstated",
        })));
    }

    private static Observation.ComponentComponent Said(string what, DataType value) => new() { Code = new CodeableConcept { Text = what }, Value = value };

    /// <exception cref="ArgumentException">The trace has no sample, or no time between samples.</exception>
    public static SampledData Of(FindingTrace trace)
    {
        ArgumentNullException.ThrowIfNull(trace);
        if (trace.Samples.Count == 0 || trace.PeriodNs <= 0)
        {
            throw new ArgumentException("A waveform has at least one sample and a positive period.", nameof(trace));
        }

        StringBuilder data = new();
        foreach (int? sample in trace.Samples)
        {
            data.Append(data.Length == 0 ? "" : " ").Append(sample?.ToString(CultureInfo.InvariantCulture) ?? "E");
        }

        return new SampledData
        {
            Origin = Quantities.Of(0, "{counts}"),
            Period = trace.PeriodNs / NanosecondsInMillisecond,
            Factor = 1,
            LowerLimit = trace.LowerLimit,
            UpperLimit = trace.UpperLimit,
            Dimensions = 1,
            Data = data.ToString(),
        };
    }
}
