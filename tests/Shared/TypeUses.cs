using System.Collections.Immutable;
using System.Reflection.Emit;
using System.Reflection.Metadata;
using System.Reflection.Metadata.Ecma335;
using System.Reflection.PortableExecutable;

namespace Microsoft.ML.Vae.Tests.Rooms;

/// <summary>
/// The types of its own assembly that a type's metadata names: base types, constraints, attributes, signatures, locals, operands. Constants are copied by the compiler, and leave
/// no name.
/// </summary>
internal sealed class TypeUses(PEReader image) : ISignatureTypeProvider<object?, object?>
{
    private static readonly Dictionary<short, OperandType> Operands =
        typeof(OpCodes).GetFields().Select(field => (OpCode)field.GetValue(null)!).ToDictionary(code => code.Value, code => code.OperandType);

    private readonly MetadataReader _types = image.GetMetadataReader();
    private HashSet<TypeDefinitionHandle> _found = [];

    public IReadOnlyCollection<TypeDefinitionHandle> Of(TypeDefinitionHandle handle)
    {
        _found = [];
        var type = _types.GetTypeDefinition(handle);
        Visit(type.BaseType);
        foreach (var contract in type.GetInterfaceImplementations()) Visit(_types.GetInterfaceImplementation(contract).Interface);
        Constraints(type.GetGenericParameters());
        Attributes(type.GetCustomAttributes());
        foreach (var field in type.GetFields().Select(_types.GetFieldDefinition))
        {
            field.DecodeSignature(this, null);
            Attributes(field.GetCustomAttributes());
        }
        foreach (var property in type.GetProperties()) Attributes(_types.GetPropertyDefinition(property).GetCustomAttributes());
        foreach (var method in type.GetMethods().Select(_types.GetMethodDefinition)) Method(method);
        return _found;
    }

    private void Method(MethodDefinition method)
    {
        method.DecodeSignature(this, null);
        Constraints(method.GetGenericParameters());
        Attributes(method.GetCustomAttributes());
        foreach (var parameter in method.GetParameters()) Attributes(_types.GetParameter(parameter).GetCustomAttributes());
        if (method.RelativeVirtualAddress == 0) return;
        var body = image.GetMethodBody(method.RelativeVirtualAddress);
        if (!body.LocalSignature.IsNil) _types.GetStandaloneSignature(body.LocalSignature).DecodeLocalSignature(this, null);
        foreach (var region in body.ExceptionRegions) Visit(region.CatchType);
        Instructions(body.GetILReader());
    }

    private void Instructions(BlobReader code)
    {
        while (code.RemainingBytes > 0)
        {
            short value = code.ReadByte();
            if (value == 0xFE) value = (short)((value << 8) | code.ReadByte());
            switch (Operands[value])
            {
                case OperandType.InlineField or OperandType.InlineMethod or OperandType.InlineTok or OperandType.InlineType or OperandType.InlineSig:
                    Visit(MetadataTokens.EntityHandle(code.ReadInt32()));
                    break;
                case OperandType.InlineSwitch:
                    int targets = code.ReadInt32();
                    code.Offset += 4 * targets;
                    break;
                case var other:
                    code.Offset += Size(other);
                    break;
            }
        }
    }

    private static int Size(OperandType operand) => operand switch
    {
        OperandType.InlineNone => 0,
        OperandType.ShortInlineBrTarget or OperandType.ShortInlineI or OperandType.ShortInlineVar => 1,
        OperandType.InlineVar => 2,
        OperandType.InlineI8 or OperandType.InlineR => 8,
        _ => 4,
    };

    private void Constraints(GenericParameterHandleCollection parameters)
    {
        foreach (var constraint in parameters.SelectMany(parameter => _types.GetGenericParameter(parameter).GetConstraints()))
            Visit(_types.GetGenericParameterConstraint(constraint).Type);
    }

    private void Attributes(CustomAttributeHandleCollection attributes)
    {
        foreach (var attribute in attributes) Visit(_types.GetCustomAttribute(attribute).Constructor);
    }

    private void Visit(EntityHandle handle)
    {
        if (handle.IsNil) return;
        switch (handle.Kind)
        {
            case HandleKind.TypeDefinition:
                _found.Add((TypeDefinitionHandle)handle);
                break;
            case HandleKind.TypeSpecification:
                _types.GetTypeSpecification((TypeSpecificationHandle)handle).DecodeSignature(this, null);
                break;
            case HandleKind.FieldDefinition:
                _found.Add(_types.GetFieldDefinition((FieldDefinitionHandle)handle).GetDeclaringType());
                break;
            case HandleKind.MethodDefinition:
                _found.Add(_types.GetMethodDefinition((MethodDefinitionHandle)handle).GetDeclaringType());
                break;
            case HandleKind.MethodSpecification:
                var instance = _types.GetMethodSpecification((MethodSpecificationHandle)handle);
                instance.DecodeSignature(this, null);
                Visit(instance.Method);
                break;
            case HandleKind.MemberReference:
                var member = _types.GetMemberReference((MemberReferenceHandle)handle);
                Visit(member.Parent);
                if (member.GetKind() == MemberReferenceKind.Field) member.DecodeFieldSignature(this, null);
                else member.DecodeMethodSignature(this, null);
                break;
            case HandleKind.StandaloneSignature:
                _types.GetStandaloneSignature((StandaloneSignatureHandle)handle).DecodeMethodSignature(this, null);
                break;
            case HandleKind.TypeReference:
                break;
            default:
                throw new NotSupportedException($"Expected a type or a member, got a {handle.Kind}.");
        }
    }

    // The signature decoder hands over every type it meets; only those of this assembly count.
    object? ISimpleTypeProvider<object?>.GetTypeFromDefinition(MetadataReader reader, TypeDefinitionHandle handle, byte rawTypeKind)
    {
        _found.Add(handle);
        return null;
    }

    object? ISignatureTypeProvider<object?, object?>.GetTypeFromSpecification(MetadataReader reader, object? genericContext, TypeSpecificationHandle handle, byte rawTypeKind) =>
        reader.GetTypeSpecification(handle).DecodeSignature(this, genericContext);

    object? ISimpleTypeProvider<object?>.GetPrimitiveType(PrimitiveTypeCode typeCode) => null;

    object? ISimpleTypeProvider<object?>.GetTypeFromReference(MetadataReader reader, TypeReferenceHandle handle, byte rawTypeKind) => null;

    object? ISZArrayTypeProvider<object?>.GetSZArrayType(object? elementType) => null;

    object? IConstructedTypeProvider<object?>.GetArrayType(object? elementType, ArrayShape shape) => null;

    object? IConstructedTypeProvider<object?>.GetByReferenceType(object? elementType) => null;

    object? IConstructedTypeProvider<object?>.GetGenericInstantiation(object? genericType, ImmutableArray<object?> typeArguments) => null;

    object? IConstructedTypeProvider<object?>.GetPointerType(object? elementType) => null;

    object? ISignatureTypeProvider<object?, object?>.GetFunctionPointerType(MethodSignature<object?> signature) => null;

    object? ISignatureTypeProvider<object?, object?>.GetGenericMethodParameter(object? genericContext, int index) => null;

    object? ISignatureTypeProvider<object?, object?>.GetGenericTypeParameter(object? genericContext, int index) => null;

    object? ISignatureTypeProvider<object?, object?>.GetModifiedType(object? modifier, object? unmodifiedType, bool isRequired) => null;

    object? ISignatureTypeProvider<object?, object?>.GetPinnedType(object? elementType) => null;
}
