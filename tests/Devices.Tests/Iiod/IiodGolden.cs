using System.Text;

namespace Vascular.Devices.Tests.Iiod;

/// <summary>What Debian's iiod 0.24 said on the wire, and libiio's own client to it.</summary>
internal static class IiodGolden
{
    /// <summary>The context handed to <c>iiod -u xml:FILE</c>; it prints the same text, to the byte.</summary>
    public const string Context =
        """<?xml version="1.0" encoding="utf-8"?><!DOCTYPE context [<!ELEMENT context (device | context-attribute)*><!ELEMENT context-attribute EMPTY>"""
        + """<!ELEMENT device (channel | attribute | debug-attribute | buffer-attribute)*><!ELEMENT channel (scan-element?, attribute*)><!ELEMENT attribute EMPTY>"""
        + """<!ELEMENT scan-element EMPTY><!ELEMENT debug-attribute EMPTY><!ELEMENT buffer-attribute EMPTY><!ATTLIST context name CDATA #REQUIRED version-major CDATA #REQUIRED """
        + """version-minor CDATA #REQUIRED version-git CDATA #REQUIRED description CDATA #IMPLIED><!ATTLIST context-attribute name CDATA #REQUIRED value CDATA #REQUIRED>"""
        + """<!ATTLIST device id CDATA #REQUIRED name CDATA #IMPLIED label CDATA #IMPLIED><!ATTLIST channel id CDATA #REQUIRED type (input|output) #REQUIRED name CDATA #IMPLIED>"""
        + """<!ATTLIST scan-element index CDATA #REQUIRED format CDATA #REQUIRED scale CDATA #IMPLIED><!ATTLIST attribute name CDATA #REQUIRED filename CDATA #IMPLIED>"""
        + """<!ATTLIST debug-attribute name CDATA #REQUIRED><!ATTLIST buffer-attribute name CDATA #REQUIRED>]><context name="local" version-major="0" version-minor="24" """
        + """version-git="v0.24" description="test bed" ><context-attribute name="local,kernel" value="6.1" /><device id="iio:device0" name="ads1015" label="site-a" >"""
        + """<channel id="voltage0" type="input" ><scan-element index="4" format="le:S16/16&gt;&gt;0" scale="0.062500" /><attribute name="raw" filename="in_voltage0_raw" />"""
        + """<attribute name="scale" filename="in_voltage0_scale" /></channel><channel id="timestamp" type="input" ><scan-element index="8" format="le:S64/64&gt;&gt;0" /></channel>"""
        + """<attribute name="sampling_frequency" /></device><device id="iio:device1" name="ads1015" ><channel id="voltage0" type="input" >"""
        + """<attribute name="raw" filename="in_voltage0_raw" /></channel></device></context>""";

    /// <summary>The answer to VERSION.</summary>
    public static byte[] Version { get; } = Wire.Hex("30 2E 32 34 2E 76 30 2E 32 34 20 20 0A");

    /// <summary>An attribute of a channel: the NUL at its end is counted, the line feed behind it is not.</summary>
    public static byte[] Attribute { get; } = Wire.Hex("38 0A 31 36 37 37 37 32 32 00 0A");

    /// <summary>The answer to PRINT.</summary>
    public static byte[] Print { get; } = Encoding.ASCII.GetBytes($"{Context.Length}\n{Context}\n");
}
