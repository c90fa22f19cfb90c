using Vascular.Processing.Vocabulary;
using Vascular.Simulators.Clock;
using Vascular.Simulators.Patient;
using Vascular.Simulators.Scripts;
using Vascular.Simulators.Wire;

namespace Vascular.Simulators.Sensors;

/// <summary>A sensor in place of one on a bus.</summary>
/// <param name="PutOn">Puts its cuff or light on a site; null for a barometer.</param>
/// <param name="Cuff">The cuff it hangs on, which hands pump and bleed; null where there is none.</param>
public sealed record SensorOnPatient(ISimulatedDevice Device, Action<Site>? PutOn, SimulatedCuff? Cuff);

/// <summary>How a transducer's converter is set, in the words of its drivers.</summary>
/// <param name="Converter">mcp3201, mcp3202, mcp3204, mcp3208 or hx711.</param>
/// <param name="Calibration">What is true of the transducer.</param>
public sealed record SimulatedConverter(string Converter, int Input, int Gain, double ReferenceMilliVolts, TransducerCalibration Calibration);

/// <summary>Sensors on I2C and SPI, played as the lines a link that polls them puts on the tape.</summary>
public static class SensorDevices
{
    public const string Mprls = "mprls0025pa";
    public const string Max30102 = "max30102";
    public const string Mcp320x = "mcp320x";
    public const string Hx711 = "hx711";
    public const string Barometer = "bmp280";

    /// <summary>Protocols that are played.</summary>
    public static IReadOnlyList<string> All { get; } = [Mprls, Max30102, Mcp320x, Hx711, Barometer];

    /// <param name="protocol">One of <see cref="All"/>.</param>
    /// <param name="cuffLimitMmHg">Where hands stop pumping.</param>
    /// <param name="rangeMmHg">Of a MicroPressure sensor.</param>
    /// <param name="converter">Of a transducer; needed for one.</param>
    public static SensorOnPatient Make(string protocol, string name, SimulatedWorld world, double cuffLimitMmHg = 300, double rangeMmHg = 300, SimulatedConverter? converter = null)
    {
        ArgumentNullException.ThrowIfNull(world);
        switch (protocol)
        {
            case Max30102:
                SimulatedMax30102 light = new(name, world.Patient, world.Seed);
                return new SensorOnPatient(light, site => light.Light.Pleth.PutOn(site), null);
            case Barometer:
                return new SensorOnPatient(new SimulatedBarometer(name, world.Seed), null, null);
        }

        SimulatedCuff cuff = new(cuffLimitMmHg);
        world.Patient.Know(cuff);
        ISimulatedDevice device = protocol == Mprls ? new SimulatedMprls(name, cuff, world.Seed, rangeMmHg) : Transducer(name, world.Seed, cuff, converter!);
        return new SensorOnPatient(device, site => cuff.PutOn(site), cuff);
    }

    private static SimulatedSensor Transducer(string name, ulong seed, SimulatedCuff cuff, SimulatedConverter converter)
    {
        ArgumentNullException.ThrowIfNull(converter);
        SimulatedTransducer transducer = SimulatedTransducer.Of(converter.Calibration, cuff, new SeededStream(seed, name + "/sensor"));
        return converter.Converter == Hx711
            ? new SimulatedHx711(name, converter.Gain, converter.ReferenceMilliVolts, transducer)
            : new SimulatedMcp320x(name, converter.Converter, converter.Input, converter.ReferenceMilliVolts, transducer);
    }
}
