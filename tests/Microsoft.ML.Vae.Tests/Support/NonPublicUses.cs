using System.Reflection;
using System.Reflection.Emit;
using System.Reflection.Metadata;
using System.Reflection.Metadata.Ecma335;

namespace Microsoft.ML.Vae.Tests.Support;

/// <summary>Every use of a non-public member of ML.NET in an assembly: read off its types, signatures and instructions, with folder and name of the source file that its symbols name.</summary>
internal sealed class NonPublicUses
{
    private const BindingFlags Declared = BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.Instance | BindingFlags.Static | BindingFlags.DeclaredOnly;

    private static readonly Dictionary<short, OpCode> Codes = typeof(OpCodes).GetFields().Select(f => (OpCode)f.GetValue(null)!).ToDictionary(c => c.Value);

    private readonly Assembly _assembly;
    private readonly MetadataReader _symbols;

    public NonPublicUses(Assembly assembly)
    {
        _assembly = assembly;
        _symbols = MetadataReaderProvider.FromPortablePdbStream(File.OpenRead(Path.ChangeExtension(assembly.Location, "pdb"))).GetMetadataReader();
    }

    public IEnumerable<(string File, string Member)> All() =>
        from type in _assembly.GetTypes()
        from use in OfType(type).Select(m => (File: FileOf(type), Member: m)).Concat(Methods(type).SelectMany(m => OfMethod(m).Select(u => (File: FileOf(m), Member: u))))
        where IsNonPublic(use.Member)
        select (use.File, $"{use.Member.DeclaringType?.Name}.{use.Member.Name}");

    private static IEnumerable<MethodBase> Methods(Type type) => [.. type.GetMethods(Declared), .. type.GetConstructors(Declared)];

    private static IEnumerable<MemberInfo> OfType(Type type)
    {
        IEnumerable<Type?> named = [type.BaseType, .. type.GetInterfaces(), .. type.GetFields(Declared).Select(f => f.FieldType), .. type.GetCustomAttributesData().Select(a => a.AttributeType)];
        return named.OfType<Type>().SelectMany(Parts);
    }

    private static IEnumerable<MemberInfo> OfMethod(MethodBase method)
    {
        var types = method.GetParameters().Select(p => p.ParameterType).Concat(method.GetMethodBody()?.LocalVariables.Select(l => l.LocalType) ?? []);
        if (method is MethodInfo { ReturnType: var result }) types = types.Append(result);
        return types.SelectMany(Parts).Concat(Instructions(method).SelectMany<MemberInfo, MemberInfo>(m => m is Type t ? Parts(t) : [m, .. Parts(m.DeclaringType!)]));
    }

    private static IEnumerable<MemberInfo> Instructions(MethodBase method)
    {
        byte[] il = method.GetMethodBody()?.GetILAsByteArray() ?? [];
        var typeArguments = method.DeclaringType!.GetGenericArguments();
        var methodArguments = method.IsGenericMethod ? method.GetGenericArguments() : [];
        for (int at = 0; at < il.Length;)
        {
            var code = Codes[il[at] == 0xFE ? (short)(0xFE00 | il[at + 1]) : il[at]];
            at += code.Size;
            if (code.OperandType is OperandType.InlineMethod or OperandType.InlineField or OperandType.InlineType or OperandType.InlineTok)
                yield return method.Module.ResolveMember(BitConverter.ToInt32(il, at), typeArguments, methodArguments)!;
            at += OperandSize(code.OperandType, il, at);
        }
    }

    private static int OperandSize(OperandType operand, byte[] il, int at) => operand switch
    {
        OperandType.InlineNone => 0,
        OperandType.ShortInlineBrTarget or OperandType.ShortInlineI or OperandType.ShortInlineVar => 1,
        OperandType.InlineVar => 2,
        OperandType.InlineI8 or OperandType.InlineR => 8,
        OperandType.InlineSwitch => 4 + (4 * BitConverter.ToInt32(il, at)),
        _ => 4,
    };

    private static IEnumerable<Type> Parts(Type type) =>
        type.HasElementType ? Parts(type.GetElementType()!) : type.IsGenericType ? type.GetGenericArguments().SelectMany(Parts).Prepend(type) : [type];

    private static bool IsNonPublic(MemberInfo member) => IsOfMLNet(member) && member switch
    {
        Type t => !(t.IsNested ? t.IsNestedPublic || t.IsNestedFamily : t.IsPublic),
        MethodBase m => !(m.IsPublic || m.IsFamily || m.IsFamilyOrAssembly),
        FieldInfo f => !(f.IsPublic || f.IsFamily),
        _ => false,
    };

    private static bool IsOfMLNet(MemberInfo member) =>
        member.Module.Assembly.GetName().Name is { } name && name.StartsWith("Microsoft.ML", StringComparison.Ordinal) && !name.StartsWith("Microsoft.ML.Vae", StringComparison.Ordinal);

    private string FileOf(Type type) => Methods(type).Select(FileOf).FirstOrDefault(f => f.Length > 0) ?? "";

    private string FileOf(MethodBase method)
    {
        var document = _symbols.GetMethodDebugInformation(MetadataTokens.MethodDefinitionHandle(method.MetadataToken & 0xFFFFFF)).Document;
        return document.IsNil ? "" : string.Join('/', _symbols.GetString(_symbols.GetDocument(document).Name).Split('/', '\\')[^2..]);
    }
}
