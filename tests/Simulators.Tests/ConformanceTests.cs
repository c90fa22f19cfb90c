using System.Runtime.CompilerServices;
using Microsoft.Extensions.Time.Testing;
using Vascular.Processing.Vocabulary;
using Vascular.Simulators.AccuPulse;
using Vascular.Simulators.Checks;
using Vascular.Simulators.Clock;
using Vascular.Simulators.IntelliVue;
using Vascular.Simulators.Iiod;
using Vascular.Simulators.Nonin;
using Vascular.Simulators.Oximeters;
using Vascular.Simulators.Par;
using Vascular.Simulators.Patient;
using Vascular.Simulators.Pcd01;
using Vascular.Simulators.Scripts;
using Vascular.Simulators.Wire;

namespace Vascular.Simulators.Tests;

/// <summary>The conformance kit against our simulators: the right ones break no rule; one that is wrong in one thing breaks that rule and no other.</summary>
public sealed class ConformanceTests
{
    private static readonly DateTimeOffset Start = new(2017, 9, 4, 8, 0, 0, TimeSpan.Zero);

    public static TheoryData<string> Protocols => [.. ProtocolChecks.Names];

    public static TheoryData<string> Rules => [.. ProtocolChecks.Names.SelectMany(n => ProtocolChecks.Make(n).Rules).Select(r => r.Id)];

    [Theory]
    [MemberData(nameof(Protocols))]
    public void A_right_simulator_breaks_no_rule(string protocol)
    {
        foreach (bool off in new[] { false, true })
        {
            ProtocolCheck check = Held(protocol, Device(protocol, off), protocol == "par");
            Assert.Empty(check.Findings.Where(f => f.Broken > 0).Select(f => $"{f.Rule.Id}: {f.Evidence[0].Saying}"));
            Assert.True(CheckReport.Passes(check));
        }
    }

    /// <summary>Every rule can be seen to hold: on the usual device, or on one whose sensor is off.</summary>
    [Theory]
    [MemberData(nameof(Protocols))]
    public void Every_rule_is_looked_at(string protocol)
    {
        ProtocolCheck[] both = [Held(protocol, Device(protocol, off: false), protocol == "par"), Held(protocol, Device(protocol, off: true), protocol == "par")];
        string[] unseen = [.. both[0].Findings.Where(f => both.All(b => b.Findings.Single(o => o.Rule.Id == f.Rule.Id).Occasions == 0)).Select(f => f.Rule.Id)];
        Assert.Equal(protocol == "contec-v7" ? ["contec-v7.pi-agrees"] : [], unseen);
    }

    [Fact]
    public void The_other_simulated_nonin_and_intellivue_on_udp_break_no_rule_either()
    {
        SimulatedNoninFormats nonin = new("ppg-1", Patient(), 1, 7, Start);
        nonin.Pleth.PutOn(Site.Parse("R.TOE"));
        Assert.All(Held("nonin7", nonin, false).Findings, f => Assert.Equal(0, f.Broken));
        ProtocolCheck udp = ProtocolChecks.Make("intellivue", datagrams: true);
        Mutant.Hold(udp, new SimulatedIntelliVue("tc-1", 1, Start, serial: false), 15);
        Assert.All(udp.Findings, f => Assert.Equal((0, true), (f.Broken, f.Occasions > 0)));
    }

    [Fact]
    public void A_line_opened_mid_packet_breaks_no_rule()
    {
        SimulatedNonin nonin = new("ppg-1", Patient(), 1, startMidPacket: true);
        nonin.Pleth.PutOn(Site.Parse("R.TOE"));
        Assert.All(Held("nonin7", nonin, false).Findings, f => Assert.Equal(0, f.Broken));
    }

    [Theory]
    [MemberData(nameof(Rules))]
    public void A_simulator_wrong_in_one_thing_breaks_that_rule_and_no_other(string rule)
    {
        string protocol = rule[..rule.LastIndexOf('.')], word = rule[(rule.LastIndexOf('.') + 1)..];
        bool off = word is "sensor-off" or "finger-out" or "no-finger" or "no-measurement";
        bool inflates = word is "measurement" or "result-order";
        ISimulatedDevice device = Device(protocol, off);
        double pace = word is "rate" ? 0.9 : 1;
        Mutant mutant = new(device, rest => Cut(protocol, rest), word is "rate" ? (message, _) => message : BrokenRules.Fresh(rule), pace);
        ProtocolCheck check = Held(protocol, mutant, inflates);

        CheckFinding[] broken = [.. check.Findings.Where(f => f.Broken > 0)];
        Assert.Equal(rule, string.Join(", ", broken.Select(f => f.Rule.Id)));
        Assert.Equal(broken[0].Rule.Binds ? CheckVerdict.Failed : CheckVerdict.Warned, broken[0].Verdict);
        Assert.Equal(!broken[0].Rule.Binds && check.Bytes > 0, CheckReport.Passes(check));
    }

    /// <summary>-38 is no scale and no count: what is wrong is that no value was given, and only that is said.</summary>
    [Theory]
    [InlineData(10)]        // the scale
    [InlineData(11)]        // voltage0
    [InlineData(12)]
    [InlineData(13)]
    public void An_error_number_in_place_of_a_value_breaks_the_rule_of_values_and_no_other(int question)
    {
        Mutant mutant = new(Device("tcm4-iiod", off: false), rest => Cut("tcm4-iiod", rest), (message, n) => n == question ? "-38\n"u8.ToArray() : message);
        CheckFinding broken = Assert.Single(Held("tcm4-iiod", mutant, inflates: false).Findings, f => f.Broken > 0);
        Assert.Equal(("tcm4-iiod.value", 1), (broken.Rule.Id, broken.Broken));
    }

    /// <summary>Over the kit's own lines, on sockets: a monitor that is called over UDP, a gateway that dials.</summary>
    [Theory]
    [InlineData("intellivue")]
    [InlineData("pcd01")]
    public void A_right_simulator_passes_over_udp_and_mllp(string protocol)
    {
        FakeTimeProvider time = new();
        using UdpLine udp = new(0);
        using TcpLine listener = new(0);
        using IHostLine called = protocol == "pcd01" ? new DialledLine("127.0.0.1", listener.Port, time) : udp;
        using IHostLine caller = protocol == "pcd01" ? listener : new UdpCaller("127.0.0.1", udp.Port);
        ISimulatedDevice device = protocol == "pcd01" ? new SimulatedGateway("gw-1", 1, Start) : new WireFaults(new SimulatedIntelliVue("tc-1", 1, Start, serial: false), [], 1, datagrams: true);
        using DeviceEnd end = new(device, called, null);
        ProtocolCheck check = ProtocolChecks.Make(protocol, datagrams: protocol != "pcd01");
        CheckRun run = new(check, caller, time);
        long endNs = Nanoseconds.FromSeconds(ProtocolChecks.SecondsFor(protocol));
        int? first = null;
        for (long nowNs = 0; nowNs < endNs; nowNs += 4_000_000)
        {
            while (end.NextAtNs <= nowNs)
            {
                end.Speak(end.NextAtNs.Value);
            }

            end.Look(nowNs);
            if (first is null && (first = caller.Read(new byte[16])) is { } here)
            {
                run.Begin(here);
            }

            Assert.True(first is null || run.Turn(nowNs, endNs));
        }

        check.End(endNs);
        Assert.All(check.Findings, f => Assert.True(f.Broken == 0, f.Rule.Id));
        Assert.All(check.Findings, f => Assert.True(f.Occasions > 0, f.Rule.Id));
        Assert.True(CheckReport.Passes(check));
    }

    [Fact]
    public void A_report_names_the_rule_its_source_and_the_bytes_that_broke_it()
    {
        ProtocolCheck check = Held("nonin7", new Mutant(Device("nonin7", off: false), rest => Cut("nonin7", rest), BrokenRules.Fresh("nonin7.checksum")), false);
        StringWriter text = new() { NewLine = "\n" };
        CheckReport.Write(check, text);
        Assert.Contains("FAIL    nonin7.checksum", text.ToString(), StringComparison.Ordinal);
        Assert.Contains("byte 5 is the sum of bytes 1 to 4, mod 256\n        Nonin, Model 9560", text.ToString(), StringComparison.Ordinal);
        CheckEvidence evidence = check.Findings.Single(f => f.Broken > 0).Evidence[0];
        Assert.Equal((50 * 5, 5), (evidence.Offset, evidence.Bytes.Length));
        Assert.Contains($" s, byte 250: {string.Join(' ', evidence.Bytes.Select(b => b.ToString("X2", null)))}: ", text.ToString(), StringComparison.Ordinal);
        System.Text.Json.Nodes.JsonNode json = System.Text.Json.Nodes.JsonNode.Parse(CheckReport.ToJson(check))!;
        Assert.False((bool)json["passed"]!);
        Assert.Equal(250, (long)json["rules"]!.AsArray().Single(r => (string)r!["verdict"]! == "FAIL")!["evidence"]![0]!["offset"]!);
    }

    [Fact]
    public void A_device_that_says_nothing_does_not_pass()
    {
        ProtocolCheck check = ProtocolChecks.Make("nonin7");
        check.Begin();
        check.End(1);
        Assert.False(CheckReport.Passes(check));
    }

    /// <summary>The checker reads the bytes by itself.</summary>
    [Fact]
    public void No_check_names_a_codec_or_a_simulator()
    {
        string[] files = Directory.GetFiles(Path.Combine(Here(), "../../simulators/Checks"));
        Assert.NotEmpty(files);
        string[] rooms = [.. files.SelectMany(File.ReadLines).Where(l => l.StartsWith("using Vascular.", StringComparison.Ordinal)).Distinct().Order()];
        Assert.Equal(["using Vascular.Simulators.Clock;", "using Vascular.Simulators.Wire;"], rooms);
        Assert.DoesNotContain(files.SelectMany(File.ReadLines), l => l.Contains("Simulated", StringComparison.Ordinal) || l.Contains("Codec", StringComparison.Ordinal));
    }

    [Fact]
    public void The_page_of_rules_is_the_one_the_program_writes() =>
        Assert.Equal(File.ReadAllText(Path.Combine(Here(), "../../docs/conformance.md")), RuleTable.Write());

    private static ProtocolCheck Held(string protocol, ISimulatedDevice device, bool inflates)
    {
        ProtocolCheck check = ProtocolChecks.Make(protocol, inflates: inflates);
        Mutant.Hold(check, device, ProtocolChecks.SecondsFor(protocol, inflates));
        return check;
    }

    private static SimulatedPatient Patient() => new(ScenarioFile.Load("seed-2017-09").Truth, seed: 1);

    /// <summary>The simulator of a protocol, its sensor on a toe or nowhere.</summary>
    private static ISimulatedDevice Device(string protocol, bool off)
    {
        SimulatedPatient patient = Patient();
        Site? site = off ? null : Site.Parse("R.TOE");
        switch (protocol)
        {
            case "nonin7":
                SimulatedNonin nonin = new("ppg-1", patient, 1);
                nonin.Pleth.PutOn(site);
                return nonin;
            case "par":
                SimulatedCuff arm = new(300);
                patient.Know(arm);
                arm.PutOn(Site.Parse("L.ARM"));
                return new SimulatedPar("cuff-1", patient, arm, 1);
            case "accupulse":
                SimulatedCuff cuff = new(300);
                cuff.Inflate(0, 150, 50);
                return new SimulatedAccuPulse("ref-1", cuff, 1);
            case "tcm4-iiod":
                SimulatedWorld world = new(ScenarioFile.Load("tcpo2-foot-chest"));
                world.PutOn(world.OxygenMonitors[0].Name, world.Scenario.Truth.Skin.Keys.First());
                return new IiodDevice(new IiodSession(new SimulatedIiod(world.OxygenMonitors, Start)));
            case "intellivue":
                return new SimulatedIntelliVue("tc-1", 1, Start);
            case "pcd01":
                return new SimulatedGateway("gw-1", 1, Start);
        }

        SimulatedOximeter oximeter = protocol switch
        {
            "contec-v7" => new SimulatedContec("ppg-1", patient, 1),
            "oximeter-5byte-berry" => new SimulatedFiveByte("ppg-1", patient, 1, berry: true),
            "oximeter-5byte-contec" => new SimulatedFiveByte("ppg-1", patient, 1, berry: false),
            "pulsesensor" => new SimulatedPulseSensor("ppg-1", patient, 1),
            "masimo" => new SimulatedMasimo("ppg-1", patient, 1, Start),
            _ => new SimulatedNoninFormats("ppg-1", patient, 1, int.Parse(protocol.AsSpan(5), System.Globalization.CultureInfo.InvariantCulture), Start),
        };
        oximeter.Pleth.PutOn(site);
        return oximeter;
    }

    /// <summary>Length of the first message.</summary>
    private static int Cut(string protocol, List<byte> rest) => protocol switch
    {
        "nonin1" => rest.Count >= 3 ? 3 : 0,
        "nonin8" => rest.Count >= 4 ? 4 : 0,
        "nonin13" => rest.Count >= 22 ? 22 : 0,
        "contec-v7" => rest[0] switch { 0x01 or 0x04 => 9, 0x0B => 4, 0x0E => 3, _ => 2 } is var n && rest.Count >= n ? n : 0,
        "pulsesensor" => rest.IndexOf((byte)'\n') + 1,
        "masimo" or "par" or "accupulse" => rest.IndexOf((byte)'\r') + 1,
        "intellivue" => rest.IndexOf(0xC1) + 1,
        "pcd01" => rest.IndexOf(0x1C) is >= 0 and var end && end + 1 < rest.Count ? end + 2 : 0,
        "tcm4-iiod" => rest.Count,
        _ => rest.Count >= 5 ? 5 : 0,
    };

    private static string Here([CallerFilePath] string here = "") => Path.GetDirectoryName(here)!;
}
