using System.Text.Json.Nodes;
using Vascular.Acquisition.Publishing;
using Vascular.Processing.Vocabulary;
using Vascular.Simulators.Record;

namespace Vascular.Acquisition.Tests.Publishing;

public sealed class SessionPartsTests
{
    private const int Limit = 1 << 16;

    [Fact]
    public void A_report_that_fits_is_one_message_and_does_not_speak_of_parts()
    {
        SessionMessage only = Assert.Single(SessionParts.Of(SeedSession.Report(), Limit));
        Assert.Equal(SessionBundle.Bytes(SeedSession.Report()), SessionBundle.Bytes(only));
        Assert.DoesNotContain(SessionEnvelope.Of(only, 1).Properties, p => p.Name is "part" or "partof");
        SessionMark mark = Mark(only);
        Assert.Equal((SeedSession.Examination.ToString(), 1, null, null), (mark.Examination, mark.Version, mark.Part, mark.PartOf));
    }

    [Fact]
    public void Waveforms_leave_a_bundle_that_is_too_large_and_every_observation_is_in_exactly_one_part()
    {
        SessionReport report = SeedSession.Long(2500, 2500, 2500, 9000);
        IReadOnlyList<SessionMessage> parts = SessionParts.Of(report, Limit);
        Assert.Equal(3, parts.Count);
        Assert.All(parts, part => Assert.InRange(SessionParts.Size(part), 1, Limit));
        Assert.Equal(Observations(SessionBundle.Bytes(report)).Keys.Order(), parts.SelectMany(p => Observations(SessionBundle.Bytes(p)).Keys).Order());
        Assert.DoesNotContain("ppg-waveform", Measures(parts[0]));
        Assert.All(parts.Skip(1), part => Assert.Equal(["ppg-waveform"], Measures(part).Distinct()));
        Assert.Equal(["DiagnosticReport"], parts.Where(p => Types(p).Contains("DiagnosticReport")).SelectMany(Types).Where(t => t == "DiagnosticReport"));
    }

    [Fact]
    public void An_observation_reads_the_same_in_whichever_part_it_came()
    {
        SessionReport report = SeedSession.Long(2500, 2500, 2500, 9000);
        Dictionary<string, string> whole = Observations(SessionBundle.Bytes(report));
        foreach (int limit in (int[])[Limit, 100_000, 120_000, 1 << 20])
        {
            foreach ((string id, string text) in SessionParts.Of(report, limit).SelectMany(p => Observations(SessionBundle.Bytes(p))))
            {
                Assert.Equal(whole[id], text);
            }
        }
    }

    [Fact]
    public void Each_part_has_an_id_that_is_always_the_same_and_names_the_first_in_envelope_and_bundle()
    {
        SessionReport report = SeedSession.Long(2500, 2500, 2500, 9000);
        IReadOnlyList<SessionMessage> parts = SessionParts.Of(report, Limit);
        Assert.Equal(parts.Select(p => p.Id), SessionParts.Of(report, Limit).Select(p => p.Id));
        Assert.Equal(3, parts.Select(p => p.Id).Distinct().Count());
        Assert.Equal(report.MessageId, parts[0].Id);
        foreach (SessionMessage part in parts)
        {
            Dictionary<string, string> envelope = SessionEnvelope.Of(part, 7).Properties.ToDictionary(p => p.Name, p => p.Value);
            (ResultMessage? read, string? fault) = ResultMessage.Read("vascular/v1/lab-a/bedside-box-01/result/session", [], SessionBundle.Bytes(part));
            Assert.Null(fault);
            Assert.Equal((envelope["id"], envelope["subject"], envelope["part"], envelope["partof"]), (read!.Id, read.Subject, read.Part, read.PartOf)); // without a property
            Assert.Equal((1, "1", $"{part.Number}/3", report.MessageId.ToString()), (read.Version!.Value, envelope["resultversion"], envelope["part"], envelope["partof"]));
        }
    }

    [Fact]
    public void A_part_is_a_message_that_stands_alone()
    {
        SessionMessage part = SessionParts.Of(SeedSession.Long(2500, 2500, 2500, 9000), Limit)[1];
        JsonArray entries = Json(SessionBundle.Bytes(part))["entry"]!.AsArray();
        string[] urls = [.. entries.Select(e => (string)e!["fullUrl"]!)];
        string[] observed = [.. entries.Where(e => (string?)e!["resource"]!["resourceType"] == "Observation").Select(e => (string)e!["fullUrl"]!)];
        Assert.Equal(observed, entries[0]!["resource"]!["focus"]!.AsArray().Select(f => (string)f!["reference"]!));
        Assert.Equal(["Device", "Device", "Device", "MessageHeader", .. observed.Select(_ => "Observation"), "Organization", "Patient", "PractitionerRole", "Provenance", "ServiceRequest"], Types(part).Order());
        Assert.Equal(urls.Distinct().Count(), urls.Length);
    }

    [Fact]
    public void What_refers_to_a_waveform_that_left_names_it_by_its_identifier()
    {
        SessionReport report = SeedSession.Long(2500, 2500, 2500, 9000);
        string wave = report.Findings.First(f => f.Finding.Measure == "ppg-waveform" && f.Finding.Site.Code == "R.TOE1").Finding.Id.ToString();
        JsonNode first = Json(SessionBundle.Bytes(SessionParts.Of(report, Limit)[0]));
        JsonNode flatness = first["entry"]!.AsArray().Select(e => e!["resource"]!).Single(r => IsObservation(r, "ppg-flatness"));
        Assert.Equal(wave, (string?)flatness["derivedFrom"]![0]!["identifier"]!["value"]);
        JsonNode conclusion = first["entry"]!.AsArray().Select(e => e!["resource"]!).Single(r => (string?)r["resourceType"] == "DiagnosticReport");
        Assert.Contains(wave, conclusion["result"]!.AsArray().Select(r => (string?)r!["identifier"]?["value"]));
    }

    [Fact]
    public void A_waveform_too_large_for_any_message_goes_without_samples_and_says_where_they_are()
    {
        SessionReport report = SeedSession.Long(20_000);
        SessionMessage only = Assert.Single(SessionParts.Of(report, Limit));
        JsonNode wave = Json(SessionBundle.Bytes(only))["entry"]!.AsArray().Select(e => e!["resource"]!)
            .Single(r => IsObservation(r, "ppg-waveform") && r["dataAbsentReason"] is not null);
        Assert.Null(wave["valueSampledData"]);
        Assert.Equal("unsupported", (string?)wave["dataAbsentReason"]!["coding"]![0]!["code"]);
        Assert.Contains("20000 samples", (string?)wave["dataAbsentReason"]!["text"], StringComparison.Ordinal);
        Assert.Contains(wave["interpretation"]!.AsArray(), i => (string?)i!["coding"]![0]!["code"] == "samples-left-out");
        JsonNode interval = wave["component"]!.AsArray().Single(c => (string?)c!["code"]!["text"] == "recording-interval")!["valueRange"]!;
        Assert.Equal((60m, 60m + (19_999 * 0.013333333m)), ((decimal)interval["low"]!["value"]!, (decimal)interval["high"]!["value"]!));
        Assert.Contains(wave["component"]!.AsArray(), c => (string?)c!["code"]!["coding"]?[0]?["code"] == "crest-time"); // the numbers stay
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void A_waveform_keeps_the_form_it_was_sent_in_whatever_the_limit_is_now(bool leftOut)
    {
        SessionReport report = SeedSession.Long(20_000);
        Dictionary<Guid, bool> before = report.Findings.Where(f => f.Finding.Trace is not null).ToDictionary(f => f.Finding.Id, f => leftOut && f.Finding.Site.Code == "R.TOE1");
        IReadOnlyList<SessionMessage> small = SessionParts.Of(report, Limit, before);
        IReadOnlyList<SessionMessage> large = SessionParts.Of(report, 1 << 22, before);
        Assert.Equal(leftOut ? 1 : 3, small.Count);
        Assert.Equal(
            large.SelectMany(p => Observations(SessionBundle.Bytes(p))).OrderBy(o => o.Key),
            small.SelectMany(p => Observations(SessionBundle.Bytes(p))).OrderBy(o => o.Key));
        Assert.Equal(!leftOut, small.Any(p => SessionParts.Size(p) > Limit)); // then it is owed until a broker takes it
    }

    [OutsideFact]
    public async Task Four_outside_checkers_find_no_fault_in_any_part()
    {
        string folder = Directory.CreateTempSubdirectory("parts-").FullName;
        try
        {
            List<string> files = [];
            foreach (SessionMessage part in SessionParts.Of(SeedSession.Long(2500, 2500, 2500, 20_000), Limit))
            {
                files.Add(Path.Combine(folder, $"part-{part.Number}.json"));
                await File.WriteAllBytesAsync(files[^1], SessionBundle.Bytes(part));
            }

            (int exit, string output) = await OutsideTools.RunAsync("check-fhir.mjs", [.. files]);
            Assert.True(exit == 0, output);
            Assert.Equal(2, output.Split('\n').Count(line => line.StartsWith("ok", StringComparison.Ordinal)));
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static bool IsObservation(JsonNode resource, string measure) =>
        (string?)resource["resourceType"] == "Observation" && (string?)resource["code"]!["coding"]![0]!["code"] == measure;

    private static JsonNode Json(byte[] bundle) => JsonNode.Parse(bundle)!;

    private static IEnumerable<string> Types(SessionMessage message) => Json(SessionBundle.Bytes(message))["entry"]!.AsArray().Select(e => (string)e!["resource"]!["resourceType"]!);

    private static IEnumerable<string> Measures(SessionMessage message) => Json(SessionBundle.Bytes(message))["entry"]!.AsArray()
        .Where(e => (string?)e!["resource"]!["resourceType"] == "Observation").Select(e => (string)e!["resource"]!["code"]!["coding"]![0]!["code"]!);

    /// <summary>Each observation as it stands in the bundle, by identifier and version.</summary>
    private static Dictionary<string, string> Observations(byte[] bundle) => Json(bundle)["entry"]!.AsArray().Select(e => e!["resource"]!)
        .Where(r => (string?)r["resourceType"] == "Observation")
        .ToDictionary(r => $"{(string)r["identifier"]![0]!["value"]!} {(string)r["meta"]!["versionId"]!}", r => r.ToJsonString());

    private static SessionMark Mark(SessionMessage message) => ResultMessage.Read("a/b/c/d/result/session", [], SessionBundle.Bytes(message)).Message!.Inside;
}
