namespace Vascular.Devices.Tcm;

/// <summary>An analogue output of the monitor that is read here. The others (tcpCO2, SpO2, pulse) are not used.</summary>
public enum TcmOutput
{
    /// <summary>Yellow wire: oxygen tension, 5 mV/mmHg up to 200 mmHg or 1 mV/mmHg up to 800 mmHg, as chosen on the monitor.</summary>
    Oxygen,

    /// <summary>Green wire: electrode temperature, 20 mV/°C, 10 to 50 °C.</summary>
    Temperature,

    /// <summary>Brown wire: heating power, 1 mV/mW, 10 to 1000 mW; less is 0 mV.</summary>
    Power,

    /// <summary>Pink wire: 1000 mV while an alarm is active, else 0 mV.</summary>
    Alarm,
}

/// <summary>The oxygen range chosen on the monitor (Tech settings); the wire does not tell it.</summary>
public enum TcmRange
{
    /// <summary>0 to 200 mmHg, 5 mV/mmHg: the monitor's ±10 mV are ±2 mmHg.</summary>
    UpTo200,

    /// <summary>0 to 800 mmHg, 1 mV/mmHg: the monitor's ±10 mV are ±10 mmHg, too coarse for a foot.</summary>
    UpTo800,
}
