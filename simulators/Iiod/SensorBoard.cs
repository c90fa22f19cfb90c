using Vascular.Processing.Vocabulary;
using Vascular.Simulators.Clock;
using Vascular.Simulators.Patient;
using Vascular.Simulators.Scripts;
using Vascular.Simulators.Sensors;

namespace Vascular.Simulators.Iiod;

/// <summary>A board with a MAX30102 on a toe, a barometer, and a MicroPressure sensor, an MCP3208 and an HX711 on one cuff that goes up to 200 mmHg after five seconds and is bled.</summary>
public sealed class SensorBoard
{
    private readonly ReflectedLight light;

    public SensorBoard(SimulatedWorld world)
    {
        ArgumentNullException.ThrowIfNull(world);
        Cuff = new SimulatedCuff(limitMmHg: 300);
        world.Patient.Know(Cuff);
        long full = Cuff.Inflate(Nanoseconds.FromSeconds(5), toMmHg: 200, mmHgPerS: 20);
        Cuff.Bleed(full, untilMmHg: 0, mmHgPerS: 3);
        light = new ReflectedLight(world.Patient, Chance("light"));
        Board = new SimulatedIiod(
            [
                new LightChip(light),
                new PressureChip(Cuff, Chance("mprls")),
                new ConverterChip(new SimulatedMcp320x("mcp3208", "mcp3208", 0, 4096, new SimulatedTransducer(Cuff, 500, 10, Chance("mcp3208")))),
                new BridgeChip(new SimulatedHx711("hx711", 128, 5000, new SimulatedTransducer(Cuff, 0, 0.05, Chance("hx711")))),
                new BarometerChip(),
            ],
            "simulated: sensors on a cuff and a toe, no patient");

        SeededStream Chance(string chip) => new(world.Seed, "sensors/" + chip);
    }

    public SimulatedIiod Board { get; }

    public SimulatedCuff Cuff { get; }

    /// <summary>Puts cuff and light there; null takes them off.</summary>
    public void PutOn(Site? site)
    {
        Cuff.PutOn(site);
        light.Pleth.PutOn(site);
    }
}
