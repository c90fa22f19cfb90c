using Vascular.Acquisition.Examinations;
using Vascular.Processing.Vocabulary;
using Vascular.Simulators.Scripts;
using Vascular.Simulators.Wire;

namespace Vascular.Acquisition.Station;

/// <summary>What a scenario means to the station: its channels and its protocol.</summary>
public static class ScenarioSettings
{
    public static ExaminationSettings Of(Scenario scenario)
    {
        ArgumentNullException.ThrowIfNull(scenario);
        return new ExaminationSettings
        {
            RuleVersion = ClinicalRules.Default.Version,
            Channels = [.. scenario.Devices.Select(d => new ChannelSettings(d.Name, ProtocolOf(d), Simulated: true, (int?)d.CuffLimitMmHg) { SkinSensor = SkinSensor(d) })],
            Protocol = Protocol(scenario.Script),
        };
    }

    /// <summary>The protocol a station knows the device's bytes by: datagrams are another than a stream.</summary>
    public static string ProtocolOf(ScenarioDevice device)
    {
        ArgumentNullException.ThrowIfNull(device);
        return device.End.Kind == LineEndKind.Udp ? device.Kind + "-udp" : device.Kind;
    }

    public static IReadOnlyList<ProtocolStep> Protocol(TechnicianScript script)
    {
        ArgumentNullException.ThrowIfNull(script);
        return [.. script.Steps.Where(s => s.Site is not null).DistinctBy(s => s.Key).Select(s => new ProtocolStep(s.Key, KindOf(s.Key), s.Site!.Value))];
    }

    /// <summary>The examination's id: version 7 from the scenario's start and seed, so that two runs of one seed have one identity.</summary>
    public static Guid ExaminationId(Scenario scenario, ulong seed)
    {
        ArgumentNullException.ThrowIfNull(scenario);
        var chance = new Simulators.Clock.SeededStream(seed, "examination");
        byte[] random = new byte[Publishing.Identifiers.RandomBytes];
        for (int i = 0; i < random.Length; i++)
        {
            random[i] = (byte)chance.Below(256);
        }

        return Publishing.Identifiers.Version7(scenario.Start, random);
    }

    private static SkinSensorSettings? SkinSensor(ScenarioDevice device) => device.Kind == ScenarioDevice.Tcm4
        ? new SkinSensorSettings(SkinSensorSettings.Usual.Wiring with { Range = device.Range }, device.ElectrodeCelsius)
        : null;

    private static StepKind KindOf(string key) => key.Split('.')[0] switch
    {
        "arm" => StepKind.ArmPressure,
        "ankle" => StepKind.AnklePressure,
        "toe" => StepKind.ToePressure,
        "ppg" => StepKind.PulseTrace,
        "tcpo2" => StepKind.SkinOxygen,
        _ => throw new FormatException($"Step '{key}' of the script begins with none of arm, ankle, toe, ppg, tcpo2."),
    };
}
