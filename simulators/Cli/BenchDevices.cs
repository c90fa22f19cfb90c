using Vascular.Processing.Vocabulary;
using Vascular.Simulators.AccuPulse;
using Vascular.Simulators.Clock;
using Vascular.Simulators.IntelliVue;
using Vascular.Simulators.Oximeters;
using Vascular.Simulators.Patient;
using Vascular.Simulators.Pcd01;
using Vascular.Simulators.Scripts;
using Vascular.Simulators.Wire;

namespace Vascular.Simulators.Cli;

/// <summary>Devices that no scenario has: played alone, on the patient of one.</summary>
public static class BenchDevices
{
    /// <summary>Words of the devices, each with what it is.</summary>
    public static readonly (string Name, string What)[] All =
    [
        ("nonin1", "Nonin format 1: rate and saturation once a second"),
        ("nonin2", "Nonin format 2, 75 frames a second: plethysmogram compressed to 8 bits"),
        ("nonin8", "Nonin format 8: rate and saturation once a second"),
        ("nonin13", "Nonin format 13: a spot check every ten seconds"),
        ("contec-v7", "Contec protocol V7.0, 60 packets a second once started: plethysmogram of 7 bits"),
        ("oximeter-5byte-berry", "Berry, five-byte frames, 100 a second: plethysmogram of 7 bits"),
        ("oximeter-5byte-contec", "Contec CMS50D+ of old firmware, five-byte frames, 60 a second"),
        ("pulsesensor", "PulseSensor board: a raw sample every 20 ms as text"),
        ("masimo", "Masimo ASCII 1: saturation, rate and perfusion index once a second"),
        ("accupulse", "AccuPulse manometer on a cuff that goes up and down by itself, four values a second once told to"),
        ("intellivue", "IntelliVue monitor on RS-232 or UDP with one transcutaneous sensor: calibrates, then settles at 42 mmHg"),
        ("pcd01", "Gateway with TcPO2 of two sites and a blood pressure, IHE PCD-01 over MLLP, processing id T"),
    ];

    /// <summary>The device alone, as <see cref="OnBench"/> makes it.</summary>
    /// <returns>Null when it is none of <see cref="All"/>.</returns>
    public static ISimulatedDevice? Make(string kind, SimulatedWorld world, Site site, string? name = null) => OnBench(kind, world, site, name: name)?.Device;

    /// <summary>Makes the device, its sensor or cuff on <paramref name="site"/>.</summary>
    /// <param name="kind">A word of <see cref="All"/>.</param>
    /// <param name="name">Its name, where several of a kind are played; null: the kind.</param>
    /// <param name="datagrams">Its line carries datagrams, each after its length.</param>
    /// <returns>Null when it is none of them.</returns>
    internal static Bench? OnBench(string kind, SimulatedWorld world, Site site, bool datagrams = false, string? name = null)
    {
        ArgumentNullException.ThrowIfNull(world);
        name ??= kind;
        SimulatedOximeter? oximeter = kind switch
        {
            "nonin1" => Nonin(1),
            "nonin2" => Nonin(2),
            "nonin8" => Nonin(8),
            "nonin13" => Nonin(13),
            "contec-v7" => new SimulatedContec(name, world.Patient, world.Seed),
            "oximeter-5byte-berry" => new SimulatedFiveByte(name, world.Patient, world.Seed, berry: true),
            "oximeter-5byte-contec" => new SimulatedFiveByte(name, world.Patient, world.Seed, berry: false),
            "pulsesensor" => new SimulatedPulseSensor(name, world.Patient, world.Seed),
            "masimo" => new SimulatedMasimo(name, world.Patient, world.Seed, world.Scenario.Start),
            _ => null,
        };
        oximeter?.Pleth.PutOn(site);
        return oximeter is null ? Other(kind, name, world, datagrams) : new Bench(oximeter, oximeter.Pleth.PutOn);

        SimulatedNoninFormats Nonin(int format) => new(name, world.Patient, world.Seed, format, world.Scenario.Start);
    }

    private static Bench? Other(string kind, string name, SimulatedWorld world, bool datagrams)
    {
        if (kind == "intellivue")
        {
            return new Bench(new SimulatedIntelliVue(name, world.Seed, world.Scenario.Start, serial: !datagrams));
        }

        if (kind == "pcd01")
        {
            return new Bench(new SimulatedGateway(name, world.Seed, world.Scenario.Start));
        }

        if (kind != "accupulse")
        {
            return null;
        }

        SimulatedCuff cuff = new(limitMmHg: 300);
        long full = cuff.Inflate(Nanoseconds.FromSeconds(5), toMmHg: 200, mmHgPerS: 20);
        cuff.Bleed(full, untilMmHg: 0, mmHgPerS: 3);
        return new Bench(new SimulatedAccuPulse(name, cuff, world.Seed), cuff.PutOn, cuff);
    }
}
