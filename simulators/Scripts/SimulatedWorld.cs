using Vascular.Processing.Vocabulary;
using Vascular.Simulators.AccuPulse;
using Vascular.Simulators.Clock;
using Vascular.Simulators.IntelliVue;
using Vascular.Simulators.Nonin;
using Vascular.Simulators.Oximeters;
using Vascular.Simulators.Par;
using Vascular.Simulators.Patient;
using Vascular.Simulators.Pcd01;
using Vascular.Simulators.Tcm;
using Vascular.Simulators.Wire;

namespace Vascular.Simulators.Scripts;

/// <summary>Patient, cuffs, sensors and devices of one scenario, and the hands and ears of its technician.</summary>
/// <remarks>Has no clock of its own: whoever drives it (virtual clock or system clock) says what time it is. One thread.</remarks>
public sealed class SimulatedWorld
{
    private readonly Dictionary<string, SimulatedCuff> cuffs = new(StringComparer.Ordinal);
    private readonly Dictionary<string, ToePleth> sensors = new(StringComparer.Ordinal);
    private readonly Dictionary<string, SkinOxygen> electrodes = new(StringComparer.Ordinal);
    private readonly Dictionary<string, SimulatedTcm> monitors = new(StringComparer.Ordinal);
    private readonly Dictionary<string, SimulatedPar> modules = new(StringComparer.Ordinal);
    private readonly List<WireFaults> devices = [];

    /// <param name="seed">Null for the scenario's own.</param>
    /// <param name="struck">Hears of each fault as it is done, with the device's name.</param>
    public SimulatedWorld(Scenario scenario, ulong? seed = null, Action<string, AppliedFault>? struck = null)
    {
        ArgumentNullException.ThrowIfNull(scenario);
        (Scenario, Seed) = (scenario, seed ?? scenario.Seed);
        Patient = new SimulatedPatient(scenario.Truth, Seed);
        foreach (ScenarioDevice device in scenario.Devices)
        {
            devices.Add(new WireFaults(Make(device), device.Faults, Seed, done => struck?.Invoke(device.Name, done), device.End.Kind == LineEndKind.Udp));
            if (device.On is { } site)
            {
                PutOn(device.Name, site);
            }
        }
    }

    public Scenario Scenario { get; }

    public ulong Seed { get; }

    public SimulatedPatient Patient { get; }

    /// <summary>In the scenario's order, each behind a line of its own that may be spoilt.</summary>
    public IReadOnlyList<WireFaults> Devices => devices;

    /// <exception cref="KeyNotFoundException">The scenario has no such device.</exception>
    public WireFaults Device(string name) => devices.Find(d => d.Name == name) ?? throw Unknown(name);

    /// <summary>The cuff of a device.</summary>
    /// <exception cref="KeyNotFoundException">The scenario has no cuff of that name.</exception>
    public SimulatedCuff Cuff(string device) => cuffs.TryGetValue(device, out SimulatedCuff? cuff) ? cuff : throw Unknown(device);

    /// <summary>The module measures at this moment; false for a device that never measures by itself.</summary>
    public bool IsMeasuring(string device) => modules.TryGetValue(device, out SimulatedPar? module) && module.IsMeasuring;

    /// <summary>TcPO2 monitors, in the scenario's order.</summary>
    public IReadOnlyList<SimulatedTcm> OxygenMonitors => [.. Scenario.Devices.Where(d => monitors.ContainsKey(d.Name)).Select(d => monitors[d.Name])];

    /// <summary>Puts a device's cuff, sensor or electrode on a site; null takes it off.</summary>
    /// <exception cref="KeyNotFoundException">The scenario has no such device, it sits nowhere, or nothing is said of the skin there.</exception>
    public void PutOn(string device, Site? site)
    {
        if (sensors.TryGetValue(device, out ToePleth? sensor))
        {
            sensor.PutOn(site);
        }
        else if (electrodes.TryGetValue(device, out SkinOxygen? electrode))
        {
            electrode.PutOn(site);
        }
        else
        {
            Cuff(device).PutOn(site);
        }
    }

    /// <summary>Does what hands and ears do of an action that begins now, and says when the next one begins.</summary>
    /// <remarks>For an act that is only said to the station this is at once. <see cref="ScriptAction.WaitResult"/> and <see cref="ScriptAction.WaitPlateau"/> are the
    /// station's to judge: here they last until their deadline, and end earlier when the station has seen the outcome.</remarks>
    public HandMove Perform(long atNs, ScriptAction action)
    {
        switch (action)
        {
            case ScriptAction.Bind bind:
                PutOn(bind.Device, bind.Site);
                return new HandMove(atNs);
            case ScriptAction.Wrap wrap:
                Cuff(wrap.Cuff).Choose(wrap.Fit);
                return new HandMove(atNs);
            case ScriptAction.Inflate inflate:
                return new HandMove(Cuff(inflate.Cuff).Inflate(atNs, inflate.ToMmHg, inflate.MmHgPerS));
            case ScriptAction.Hold hold:
                Cuff(hold.Cuff).Hold(atNs);
                return new HandMove(atNs + Nanoseconds.FromSeconds(hold.Seconds));
            case ScriptAction.Bleed bleed:
                Cuff(bleed.Cuff).Bleed(atNs, bleed.UntilMmHg, bleed.MmHgPerS);
                return new HandMove(atNs);
            case ScriptAction.WaitCuff wait:
                return new HandMove(Math.Max(atNs, Cuff(wait.Cuff).MovesUntilNs));
            case ScriptAction.Dump dump:
                Cuff(dump.Cuff).Dump(atNs);
                return new HandMove(atNs);
            case ScriptAction.Mark mark:
                return Listen(atNs, mark);
            case ScriptAction.Wait wait:
                return new HandMove(atNs + Nanoseconds.FromSeconds(wait.Seconds));
            case ScriptAction.WaitResult wait:
                return new HandMove(atNs + Nanoseconds.FromSeconds(wait.DeadlineSeconds));
            case ScriptAction.WaitPlateau wait:
                return new HandMove(atNs + Nanoseconds.FromSeconds(wait.DeadlineSeconds));
            default:
                return new HandMove(atNs);
        }
    }

    private HandMove Listen(long atNs, ScriptAction.Mark mark)
    {
        long untilNs = atNs + Nanoseconds.FromSeconds(mark.DeadlineSeconds);
        return Patient.NextDopplerSound(mark.Artery, atNs, untilNs) is { } sound
            ? new HandMove(sound + Nanoseconds.FromMilliseconds(mark.ReactionMs))
            : new HandMove(untilNs, Heard: false);
    }

    private ISimulatedDevice Make(ScenarioDevice device)
    {
        string name = device.Name;
        return device.Kind switch
        {
            ScenarioDevice.Par => modules[name] = new SimulatedPar(name, Patient, AddCuff(device), Seed),
            ScenarioDevice.AccuPulse => new SimulatedAccuPulse(name, AddCuff(device), Seed),
            ScenarioDevice.Tcm4 => AddTcm(device),
            ScenarioDevice.IntelliVue => new SimulatedIntelliVue(name, Seed, Scenario.Start, serial: device.End.Kind != LineEndKind.Udp, skin: AddElectrode(device)),
            ScenarioDevice.Pcd01 => new SimulatedGateway(name, Seed, Scenario.Start),
            ScenarioDevice.Nonin7 => AddSensor(new SimulatedNonin(name, Patient, Seed), nonin => nonin.Pleth),
            _ => AddSensor(Oximeter(device), oximeter => oximeter.Pleth),
        };
    }

    private SimulatedOximeter Oximeter(ScenarioDevice device)
    {
        string name = device.Name;
        return device.Kind switch
        {
            "nonin1" => Nonin(1),
            "nonin2" => Nonin(2),
            "nonin8" => Nonin(8),
            "nonin13" => Nonin(13),
            "contec-v7" => new SimulatedContec(name, Patient, Seed),
            "oximeter-5byte-berry" => new SimulatedFiveByte(name, Patient, Seed, berry: true),
            "oximeter-5byte-contec" => new SimulatedFiveByte(name, Patient, Seed, berry: false),
            "pulsesensor" => new SimulatedPulseSensor(name, Patient, Seed),
            ScenarioDevice.Masimo => new SimulatedMasimo(name, Patient, Seed, Scenario.Start, device.ClockJump),
            _ => throw new ArgumentException($"{name} is of no kind there is: {device.Kind}."),
        };

        SimulatedNoninFormats Nonin(int format) => new(name, Patient, Seed, format, Scenario.Start);
    }

    private SimulatedCuff AddCuff(ScenarioDevice device)
    {
        SimulatedCuff cuff = new(device.CuffLimitMmHg ?? throw new ArgumentException($"{device.Name} has no cuff limit."));
        cuffs.Add(device.Name, cuff);
        Patient.Know(cuff);
        return cuff;
    }

    private SimulatedTcmLines AddTcm(ScenarioDevice device)
    {
        SimulatedTcm monitor = new(device.Name, AddElectrode(device), device.Range, Seed);
        monitors.Add(device.Name, monitor);
        return new SimulatedTcmLines(monitor);
    }

    private SkinOxygen AddElectrode(ScenarioDevice device)
    {
        SkinOxygen electrode = new(Patient, device.ElectrodeCelsius, new SeededStream(Seed, device.Name + "/electrode"));
        electrodes.Add(device.Name, electrode);
        return electrode;
    }

    private T AddSensor<T>(T device, Func<T, ToePleth> sensor)
        where T : ISimulatedDevice
    {
        sensors.Add(device.Name, sensor(device));
        return device;
    }

    private static KeyNotFoundException Unknown(string name) => new($"The scenario has no device '{name}' of that kind.");
}

/// <summary>When a movement is done.</summary>
/// <param name="DoneAtNs">When the next action begins; of a mark: when the key is pressed.</param>
/// <param name="Heard">False when a mark's sound did not come before its deadline: no key is pressed.</param>
public readonly record struct HandMove(long DoneAtNs, bool Heard = true);
