using System.Text.Json;

namespace Vascular.Simulators.Record;

/// <summary>An observation as a chart needs it.</summary>
/// <param name="Id">Its identifier (<c>…/NamingSystem/result-id</c>).</param>
/// <param name="Version">Its <c>meta.versionId</c>, from 1.</param>
/// <param name="Withdrawn">It is entered-in-error.</param>
/// <param name="Measure">Our code of what was measured.</param>
/// <param name="Printed">What a report prints.</param>
/// <param name="HasSamples">It carries a curve.</param>
public sealed record ChartedObservation(string Id, int Version, bool Withdrawn, string Measure, string Site, string Printed, bool HasSamples);

/// <summary>What one message says of an examination, read from its JSON alone: no property of the transport is needed.</summary>
/// <param name="Examination">Opaque id.</param>
/// <param name="Version">Version of the examination's bundle, from 1.</param>
/// <param name="Part">Number of the message among <paramref name="Parts"/>, both from 1.</param>
/// <param name="PatientSystem">Assigning authority of the patient's identifier.</param>
/// <param name="Status">Status of the DiagnosticReport; null in a part that does not hold it.</param>
public sealed record ChartBundle(
    string Examination, int Version, int Part, int Parts, string PatientSystem, string Patient, string? Status, IReadOnlyList<ChartedObservation> Observations)
{
    /// <summary>Reads a bundle; null when it does not say which examination and version it is, or holds what cannot be charted.</summary>
    public static ChartBundle? Read(ReadOnlyMemory<byte> json)
    {
        try
        {
            using JsonDocument bundle = JsonDocument.Parse(json);
            return Read(bundle.RootElement);
        }
        catch (JsonException)
        {
            return null;
        }
    }

    /// <inheritdoc cref="Read(ReadOnlyMemory{byte})"/>
    public static ChartBundle? Read(JsonElement bundle)
    {
        try
        {
            SessionMark mark = SessionMark.Of(bundle);
            if (mark is not { Examination: { } examination, Version: { } version } || !TryPart(mark.Part, out int part, out int parts))
            {
                return null;
            }

            ILookup<string, JsonElement> resources = bundle.GetProperty("entry").EnumerateArray().Select(e => e.GetProperty("resource"))
                .ToLookup(r => r.GetProperty("resourceType").GetString()!);
            JsonElement patient = resources["Patient"].Single().GetProperty("identifier")[0];
            string? status = resources["DiagnosticReport"].Select(r => r.GetProperty("status").GetString()).SingleOrDefault();
            return new ChartBundle(
                examination, version, part, parts, patient.GetProperty("system").GetString()!, patient.GetProperty("value").GetString()!, status,
                [.. resources["Observation"].Select(Observation)]);
        }
        catch (Exception fault) when (fault is KeyNotFoundException or InvalidOperationException or FormatException or IndexOutOfRangeException)
        {
            return null;
        }
    }

    private static bool TryPart(string? text, out int part, out int parts)
    {
        (part, parts) = (1, 1);
        if (text is null)
        {
            return true;
        }

        string[] numbers = text.Split('/');
        return numbers.Length == 2 && int.TryParse(numbers[0], out part) && int.TryParse(numbers[1], out parts) && part >= 1 && part <= parts;
    }

    private static ChartedObservation Observation(JsonElement observation) => new(
        observation.GetProperty("identifier")[0].GetProperty("value").GetString()!,
        int.Parse(observation.GetProperty("meta").GetProperty("versionId").GetString()!, System.Globalization.CultureInfo.InvariantCulture),
        observation.GetProperty("status").GetString() == "entered-in-error",
        observation.GetProperty("code").GetProperty("coding")[0].GetProperty("code").GetString()!,
        observation.GetProperty("bodySite").GetProperty("text").GetString()!,
        Printed(observation),
        observation.TryGetProperty("valueSampledData", out _));

    private static string Printed(JsonElement observation) => observation.GetProperty("component").EnumerateArray()
        .First(c => c.GetProperty("code").TryGetProperty("coding", out JsonElement coding) && coding[0].GetProperty("code").GetString() == "printed-result")
        .GetProperty("valueString").GetString()!;
}
