using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Hl7.Fhir.Model;
using Hl7.Fhir.Serialization;
using Vascular.Acquisition.Publishing;
using Vascular.Processing.Vocabulary;

namespace Vascular.Acquisition.Tests.Publishing;

public sealed class SessionBundleTests
{
    private static readonly JsonSerializerOptions Strict = new JsonSerializerOptions().ForFhir(ModelInfo.ModelInspector);

    [OutsideFact]
    public async System.Threading.Tasks.Task Four_outside_checkers_find_no_fault_in_the_seed_session()
    {
        string folder = Directory.CreateTempSubdirectory("bundle-").FullName;
        try
        {
            string preliminary = Path.Combine(folder, "preliminary.json");
            string withdrawn = Path.Combine(folder, "withdrawn.json");
            string states = Path.Combine(folder, "states.json");
            await File.WriteAllBytesAsync(preliminary, SessionBundle.Bytes(SeedSession.Report()));
            await File.WriteAllBytesAsync(withdrawn, SessionBundle.Bytes(Withdrawn()));
            await File.WriteAllBytesAsync(states, SessionBundle.Bytes(EveryState()));
            (int exit, string output) = await OutsideTools.RunAsync("check-fhir.mjs", preliminary, withdrawn, states);
            Assert.True(exit == 0, output);
            Assert.Equal(3, output.Split('\n').Count(line => line.StartsWith("ok", StringComparison.Ordinal)));
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    [OutsideFact]
    public async System.Threading.Tasks.Task The_outside_checkers_do_refuse_a_bundle_with_a_dangling_reference()
    {
        string file = Path.GetTempFileName();
        try
        {
            string json = Encoding.UTF8.GetString(SessionBundle.Bytes(SeedSession.Report()));
            string patient = JsonNode.Parse(json)!["entry"]!.AsArray().Single(e => (string?)e!["resource"]!["resourceType"] == "Patient")!["fullUrl"]!.GetValue<string>();
            await File.WriteAllTextAsync(file, json.Replace($"\"fullUrl\":\"{patient}\"", "\"fullUrl\":\"urn:uuid:00000000-0000-4000-8000-000000000000\"", StringComparison.Ordinal));
            (int exit, string output) = await OutsideTools.RunAsync("check-fhir.mjs", file);
            Assert.Equal(1, exit);
            Assert.Contains("dangling", output, StringComparison.Ordinal);
        }
        finally
        {
            File.Delete(file);
        }
    }

    [Fact]
    public void The_same_report_gives_the_same_bytes() =>
        Assert.Equal(SessionBundle.Bytes(SeedSession.Report()), SessionBundle.Bytes(SeedSession.Report()));

    [Fact]
    public void An_unchanged_finding_is_the_same_observation_in_the_next_bundle()
    {
        SessionReport next = SeedSession.Report() with { MessageId = Guid.Parse("0190b6c8-aaaa-7abc-8def-0123456789ab"), ResultVersion = 2, Issued = SeedSession.Report().Issued.AddHours(1) };
        static string[] Observations(SessionReport report) => [.. JsonNode.Parse(SessionBundle.Bytes(report))!["entry"]!.AsArray()
            .Where(e => (string?)e!["resource"]!["resourceType"] == "Observation").Select(e => e!.ToJsonString())];
        Assert.Equal(Observations(SeedSession.Report()), Observations(next));
    }

    [Fact]
    public void The_bytes_parse_back_strictly_into_the_bundle_they_came_from()
    {
        Bundle parsed = JsonSerializer.Deserialize<Bundle>(SessionBundle.Bytes(SeedSession.Report()), Strict)!;
        Assert.True(parsed.IsExactly(SessionBundle.Of(SeedSession.Report())));
    }

    [Fact]
    public void The_envelope_can_be_read_without_the_transport()
    {
        Bundle bundle = SessionBundle.Of(SeedSession.Report());
        Assert.Equal(Bundle.BundleType.Message, bundle.Type);
        Assert.Equal("urn:uuid:" + SeedSession.Message, bundle.Identifier!.Value);
        Assert.Equal("urn:ietf:rfc:3986", bundle.Identifier!.System);
        MessageHeader header = Assert.IsType<MessageHeader>(bundle.Entry[0].Resource);
        DiagnosticReport report = bundle.Entry.Select(e => e.Resource).OfType<DiagnosticReport>().Single();
        Assert.Equal(bundle.Entry.Single(e => e.Resource == report).FullUrl, Assert.Single(header.Focus).Reference);
        Assert.Equal("1", report.Meta!.VersionId);
        Assert.Equal(DiagnosticReport.DiagnosticReportStatus.Preliminary, report.Status);
    }

    [Fact]
    public void Codes_and_body_sites_are_those_of_the_worked_example()
    {
        Dictionary<string, JsonNode> example = ByMeasure(JsonNode.Parse(File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "fhir", "bundle-seed-2017-09.json")))!);
        Dictionary<string, JsonNode> ours = ByMeasure(JsonNode.Parse(SessionBundle.Bytes(SeedSession.Report()))!);
        foreach ((string measure, JsonNode expected) in example)
        {
            Assert.Equal(Codings(expected["code"]!), Codings(ours[measure]["code"]!));
            if (measure != "brachial-sys") // the example's source does not say which arm
            {
                Assert.Equal(Codings(expected["bodySite"]!), Codings(ours[measure]["bodySite"]!));
            }

            Assert.Equal(expected["valueQuantity"]?.ToJsonString(), ours[measure]["valueQuantity"]?.ToJsonString());
            Assert.Equal(expected["dataAbsentReason"]?.ToJsonString(), ours[measure]["dataAbsentReason"]?.ToJsonString());
        }
    }

    [Fact]
    public void Every_code_of_ours_has_the_display_of_the_code_system()
    {
        Dictionary<string, string> published = JsonNode.Parse(File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "fhir", "codesystem-vas-measure.json")))!["concept"]!
            .AsArray().ToDictionary(c => c!["code"]!.GetValue<string>(), c => c!["display"]!.GetValue<string>());
        foreach ((string code, string display) in published)
        {
            Assert.Equal(display, Acquisition.Publishing.Fhir.MeasureCode.Find(code).Display);
        }

        Assert.Throws<ArgumentException>(() => Acquisition.Publishing.Fhir.MeasureCode.Find("ankle-brachial"));
    }

    [Fact]
    public void Test_data_is_marked_on_every_resource_and_a_real_session_on_none()
    {
        Bundle test = SessionBundle.Of(SeedSession.Report());
        Assert.All(test.Entry, e => Assert.Equal("HTEST", Assert.Single(e.Resource!.Meta!.Security).Code));
        Bundle real = SessionBundle.Of(SeedSession.Report() with { Test = false });
        Assert.All(real.Entry, e => Assert.Empty(e.Resource!.Meta?.Security ?? []));
    }

    [Fact]
    public void The_limb_index_of_a_non_compressible_artery_has_no_number_and_names_its_members()
    {
        Bundle bundle = SessionBundle.Of(SeedSession.Report());
        Observation limb = Find(bundle, "abi");
        Assert.Null(limb.Value);
        Assert.Equal([Url(bundle, "abi-dp"), Url(bundle, "abi-pt")], limb.HasMember.Select(m => m.Reference));
        Assert.Equal("0.89 (DP); PT >254 NC", ((FhirString)Component(limb, "printed-result").Value!).Value);
        DiagnosticReport report = bundle.Entry.Select(e => e.Resource).OfType<DiagnosticReport>().Single();
        Assert.Contains(Url(bundle, "abi"), report.Result.Select(r => r.Reference));
        Assert.DoesNotContain(Url(bundle, "abi-dp"), report.Result.Select(r => r.Reference));
    }

    [Fact]
    public void A_derived_value_comes_from_the_gateway_and_names_its_inputs_even_those_not_in_the_bundle()
    {
        Finding tbi = SeedSession.Findings().Single(f => f.Measure == "tbi");
        Observation alone = Find(SessionBundle.Of(SeedSession.Report(SeedSession.Reported(tbi))), "tbi");
        Assert.Equal(tbi.Inputs.Select(i => i.ToString()), alone.DerivedFrom.Select(d => d.Identifier!.Value));
        Bundle whole = SessionBundle.Of(SeedSession.Report());
        Assert.Equal(Url(whole, "toe-sys"), Find(whole, "tbi").DerivedFrom[0].Reference);
        Assert.Equal(whole.Entry.Single(e => e.Resource is Device { Parent: null }).FullUrl, Find(whole, "tbi").Device!.Reference);
    }

    [Fact]
    public void A_pressure_names_the_cuff_and_not_the_sensor_that_saw_the_pulse_return()
    {
        Bundle bundle = SessionBundle.Of(SeedSession.Report());
        Device cuff = bundle.Entry.Select(e => e.Resource).OfType<Device>().Single(d => d.SerialNumber == "CUFF-0001");
        Assert.Equal("Cuff pressure module (simulated)", cuff.DeviceName.Single().Name);
        Assert.Equal(bundle.Entry.Single(e => e.Resource == cuff).FullUrl, Find(bundle, "toe-sys").Device!.Reference);
    }

    [Fact]
    public void A_withdrawn_finding_is_entered_in_error_outside_the_results_and_in_the_focus()
    {
        Bundle bundle = SessionBundle.Of(Withdrawn());
        Assert.Equal(ObservationStatus.EnteredInError, Find(bundle, "tbi").Status);
        Assert.Equal("2", Find(bundle, "tbi").Meta!.VersionId);
        Assert.DoesNotContain(Url(bundle, "tbi"), bundle.Entry.Select(e => e.Resource).OfType<DiagnosticReport>().Single().Result.Select(r => r.Reference));
        Assert.Contains(Url(bundle, "tbi"), ((MessageHeader)bundle.Entry[0].Resource!).Focus.Select(r => r.Reference));
        Assert.All(bundle.Entry.Select(e => e.Resource).OfType<Observation>().Where(o => o.Code.Coding[0].Code != "tbi"), o => Assert.Equal(ObservationStatus.Final, o.Status));
    }

    [Fact]
    public void A_bundle_of_the_next_binding_has_another_patient_address_and_another_report()
    {
        Bundle before = SessionBundle.Of(SeedSession.Report());
        Bundle after = SessionBundle.Of(SeedSession.Report() with { Binding = 2, Patient = new ReportPatient("urn:oid:2.999.1.1", "OTHER", null) });
        Assert.NotEqual(before.Entry[1].FullUrl, after.Entry[1].FullUrl);
        static string ReportId(Bundle b) => b.Entry.Select(e => e.Resource).OfType<DiagnosticReport>().Single().Identifier.Single().Value!;
        Assert.NotEqual(ReportId(before), ReportId(after));
    }

    [Fact]
    public void A_waveform_keeps_counts_period_and_lost_samples()
    {
        Observation wave = Find(SessionBundle.Of(SeedSession.Report()), "ppg-waveform");
        SampledData data = Assert.IsType<SampledData>(wave.Value);
        Assert.Equal("120 E 0 -5 65535", data.Data);
        Assert.Equal(13.333333m, data.Period);
        Assert.Equal(0m, data.Origin!.Value);
        Assert.Equal("{counts}", data.Origin.Code);
        Assert.Equal(-32768m, data.LowerLimit);
        Period period = Assert.IsType<Period>(wave.Effective);
        Assert.Equal("2017-09-30T14:31:00.000+02:00", period.Start);
        Assert.Equal("2017-09-30T14:32:00.000+02:00", ((FhirDateTime)Find(SessionBundle.Of(SeedSession.Report()), "toe-sys").Effective!).Value);
    }

    [Fact]
    public void Beside_the_value_stand_uncertainty_method_rule_flags_and_parts()
    {
        Observation toe = Find(SessionBundle.Of(SeedSession.Report()), "toe-sys");
        Quantity uncertainty = (Quantity)Component(toe, "uncertainty").Value!;
        Assert.Equal((3.123m, "mm[Hg]"), (uncertainty.Value, uncertainty.Code));
        Assert.Equal("2017-09.1", ((FhirString)Component(toe, "rule-version").Value!).Value);
        Assert.Equal(("return-of-pulse", "1"), (toe.Method!.Coding[0].Code, toe.Method.Coding[0].Version));
        Assert.Contains(toe.Interpretation, i => i.Coding[0] is { Code: "low-pulse-count", System: "https://vascular-acquisition.example/fhir/CodeSystem/vas-flag" });
        Observation.ComponentComponent deflation = toe.Component.Single(c => c.Code.Text == "deflation-rate");
        Assert.Empty(deflation.Code.Coding);
        Assert.Equal(2.513m, ((Quantity)deflation.Value!).Value);
        Observation amplitude = Find(SessionBundle.Of(SeedSession.Report()), "ppg-amplitude");
        Assert.Equal("no crest", Component(amplitude, "crest-time").DataAbsentReason!.Text);
    }

    private static SessionReport Withdrawn() => SeedSession.Report([.. SeedSession.Findings()
        .Select(f => f.Measure == "tbi" ? SeedSession.Reported(f with { Version = 2 }, withdrawn: true) : SeedSession.Reported(f))]) with
    { ResultVersion = 2 };

    private static SessionReport EveryState() => SeedSession.Report([.. Enum.GetValues<MeasurementState>()
        .Where(s => s != MeasurementState.Running)
        .Select(s => SeedSession.Reported(SeedSession.Named("toe." + s.Word(), "toe-sys", "L.TOE1", "mm[Hg]", s) with
        {
            Value = s is MeasurementState.Measured or MeasurementState.Unreliable ? 40 : null,
            Limit = s is MeasurementState.AboveLimit or MeasurementState.BelowLimit ? 30 : null,
            Lower = s is MeasurementState.Interval ? 30 : null,
            Upper = s is MeasurementState.Interval ? 50 : null,
            Reason = "why",
        }))]);

    private static Dictionary<string, JsonNode> ByMeasure(JsonNode bundle) => bundle["entry"]!.AsArray().Select(e => e!["resource"]!)
        .Where(r => (string?)r["resourceType"] == "Observation")
        .DistinctBy(r => (string?)r["code"]!["coding"]![0]!["code"])
        .ToDictionary(r => r["code"]!["coding"]![0]!["code"]!.GetValue<string>());

    private static string[] Codings(JsonNode concept) => [.. concept["coding"]!.AsArray().Select(c => c!.ToJsonString())];

    private static Observation Find(Bundle bundle, string measure) =>
        bundle.Entry.Select(e => e.Resource).OfType<Observation>().First(o => o.Code.Coding[0].Code == measure);

    private static string Url(Bundle bundle, string measure) => bundle.Entry.Single(e => e.Resource is Observation o && o.Code.Coding[0].Code == measure).FullUrl!;

    private static Observation.ComponentComponent Component(Observation observation, string code) =>
        observation.Component.Single(c => c.Code.Coding.Any(k => k.Code == code));
}
